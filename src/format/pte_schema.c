// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_schema.h"

// A field that is no scalar is a reference of four bytes.
#define KIND_AND_WIDTH(kind, arg) \
    ((kind) | ((kind) == WICK_PTE_KIND_SCALAR ? ((arg)-1) & 7 : 3) << 3)

// Items of a string or vector have 1, 2, 4 or 8 bytes: the logarithm of that.
#define ARG(kind, arg)                                                                           \
    ((kind) == WICK_PTE_KIND_STRING || (kind) == WICK_PTE_KIND_VECTOR ? (arg) / 4 + ((arg) >= 2) \
                                                                      : (arg))

#define WICK_PTE_UNION(id, count)
#define WICK_PTE_MEMBER(id, code)
#define WICK_PTE_TABLE(id)
#define WICK_PTE_FIELD(id, slot, kind, arg, present) \
    _Static_assert((slot) < WICK_PTE_MAX_FIELDS, #id);
#include "format/pte_schema.def"
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD

const wick_pte_row wick_pte_rows[WICK_PTE_ROW_COUNT + 1] = {
#define WICK_PTE_TABLE(id) {WICK_PTE_KIND_END, 0},
#define WICK_PTE_FIELD(id, slot, kind, arg, present)                 \
    {KIND_AND_WIDTH(WICK_PTE_KIND_##kind, arg) | WICK_PTE_##present, \
     ARG(WICK_PTE_KIND_##kind, arg)},
#include "format/pte_schema.def"
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD
    {WICK_PTE_KIND_END, 0},
};
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER

const uint8_t wick_pte_union_rows[WICK_PTE_UNION_ROW_COUNT] = {
#define WICK_PTE_TABLE(id)
#define WICK_PTE_FIELD(id, slot, kind, arg, present)
#define WICK_PTE_UNION(id, count) count,
#define WICK_PTE_MEMBER(id, code) WICK_PTE_##id,
#include "format/pte_schema.def"
};
