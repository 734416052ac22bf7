// SPDX-License-Identifier: BSD-3-Clause
// Numbers of the .pte schema: slots of fields (WICK_PTE_TENSOR_SIZES), table ids (WICK_PTE_TENSOR,
// also the row of the table in wick_pte_rows) and union type codes (WICK_PTE_TYPE_TENSOR).
#ifndef WICK_FORMAT_PTE_SCHEMA_H
#define WICK_FORMAT_PTE_SCHEMA_H

#include <stdint.h>

#define WICK_PTE_UNION(id, count)
#define WICK_PTE_MEMBER(id, code)

// Rows of wick_pte_rows: one for each table, followed by one for each of its fields.
enum wick_pte_row_index {
#define WICK_PTE_TABLE(id)                           WICK_PTE_##id,
#define WICK_PTE_FIELD(id, slot, kind, arg, present) WICK_PTE_ROW_##id,
#include "format/pte_schema.def"
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD
    WICK_PTE_ROW_COUNT,
};

enum wick_pte_slot {
#define WICK_PTE_TABLE(id)
#define WICK_PTE_FIELD(id, slot, kind, arg, present) WICK_PTE_##id = slot,
#include "format/pte_schema.def"
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD
};
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER

#define WICK_PTE_TABLE(id)
#define WICK_PTE_FIELD(id, slot, kind, arg, present)

enum wick_pte_type {
#define WICK_PTE_UNION(id, count)
#define WICK_PTE_MEMBER(id, code) WICK_PTE_TYPE_##id = code,
#include "format/pte_schema.def"
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER
};

// Rows of wick_pte_union_rows: one for each union, followed by one for each member.
enum wick_pte_union_index {
#define WICK_PTE_UNION(id, count) WICK_PTE_UNION_##id,
#define WICK_PTE_MEMBER(id, code) WICK_PTE_MEMBER_##id,
#include "format/pte_schema.def"
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER
    WICK_PTE_UNION_ROW_COUNT,
};
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD

enum {
    WICK_PTE_MAX_FIELDS = 10, // that a table of the schema has
};

enum wick_pte_kind {
    WICK_PTE_KIND_END, // row of a table: ends the one before
    WICK_PTE_KIND_SCALAR,
    WICK_PTE_KIND_TABLE,
    WICK_PTE_KIND_UNION,
    WICK_PTE_KIND_VECTORS, // the bit that those have that follow
    WICK_PTE_KIND_STRING = WICK_PTE_KIND_VECTORS,
    WICK_PTE_KIND_VECTOR,
    WICK_PTE_KIND_TABLES,
    WICK_PTE_KIND_MASK = 7,
    WICK_PTE_KIND_WIDE = 4 << 3, // the bit that fields of eight bytes have
    WICK_PTE_OPTIONAL = 0,
    WICK_PTE_RARE = 0x40,
    WICK_PTE_REQUIRED = 0x80,
};

typedef struct wick_pte_row {
    //   bit 7  required   bit 6  rare   bits 5..3  bytes of the field - 1      bits 2..0
    //   wick_pte_kind
    uint8_t check;
    // of a table, union or scalar as in pte_schema.def; of a vector: an item has 1 << arg bytes
    uint8_t arg;
} wick_pte_row;

static inline uint32_t wick_pte_row_kind(wick_pte_row row)
{
    return row.check & WICK_PTE_KIND_MASK;
}

extern const wick_pte_row wick_pte_rows[WICK_PTE_ROW_COUNT + 1];
extern const uint8_t
    wick_pte_union_rows[WICK_PTE_UNION_ROW_COUNT]; // of a union: its count; of a member: its table

#endif
