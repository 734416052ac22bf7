// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/fbs/schema.h"

#include "format/bundle.h"
#include "format/flat_tensor.h"
#include "format/pte_schema.h"

#include <stddef.h>
#include <string.h>

// format/pte_schema.def knows what a field is, pte_names.def how JSON calls it.
static const wick_fbs_row program_rows[WICK_PTE_ROW_COUNT + 1] = {
#define WICK_PTE_UNION(id, count)
#define WICK_PTE_MEMBER(id, code)
#define WICK_PTE_TABLE(id)
#define WICK_PTE_FIELD(id, slot, kind_, arg_, presence) \
    [WICK_PTE_ROW_##id].kind = WICK_FBS_##kind_, [WICK_PTE_ROW_##id].arg = arg_,
#include "format/pte_schema.def"
#undef WICK_PTE_UNION
#undef WICK_PTE_MEMBER
#undef WICK_PTE_TABLE
#undef WICK_PTE_FIELD
#define WICK_FBS_NAME(id, name_, number_) \
    [WICK_PTE_##id].name = name_, [WICK_PTE_##id].number = WICK_FBS_##number_,
#include "compiler/fbs/pte_names.def"
#undef WICK_FBS_NAME
};

#define WICK_FBS_UNION(id, count)
#define WICK_FBS_MEMBER(union, table)
#define WICK_FBS_TABLE(id, name) {name, WICK_FBS_END, 0, WICK_FBS_N},
#define WICK_FBS_FIELD(id, name, kind, arg, number_) \
    {name, WICK_FBS_##kind, arg, WICK_FBS_##number_},
static const wick_fbs_row bundle_rows[] = {
#include "format/bundle.def"
    {NULL, WICK_FBS_END, 0, WICK_FBS_N},
};
static const wick_fbs_row flat_rows[] = {
#include "format/flat_tensor.def"
    {NULL, WICK_FBS_END, 0, WICK_FBS_N},
};
#undef WICK_FBS_UNION
#undef WICK_FBS_MEMBER
#undef WICK_FBS_TABLE
#undef WICK_FBS_FIELD

static const uint8_t bundle_unions[] = {
#define WICK_FBS_TABLE(id, name)
#define WICK_FBS_FIELD(id, name, kind, arg, number)
#define WICK_FBS_UNION(id, count)     count,
#define WICK_FBS_MEMBER(union, table) WICK_BUNDLE_##table,
#include "format/bundle.def"
};

static const wick_fbs_schema schemas[] = {
    {"ET12", WICK_FBS_EXTENDED, 16, program_rows, wick_pte_union_rows},
    {"BP08", WICK_FBS_PLAIN, 32, bundle_rows, bundle_unions},
    {"FT01", WICK_FBS_FLAT, 16, flat_rows, NULL},
};

enum { SCHEMA_COUNT = sizeof schemas / sizeof schemas[0] };

const wick_fbs_schema *wick_fbs_schema_of(const uint8_t *bytes, uint64_t size_bytes)
{
    for (uint32_t i = 0; i < SCHEMA_COUNT && size_bytes >= 8; i++) {
        if (memcmp(bytes + 4, schemas[i].magic, 4) == 0) {
            return &schemas[i];
        }
    }
    return NULL;
}

const wick_fbs_schema *wick_fbs_schema_named(const char *root)
{
    for (uint32_t i = 0; i < SCHEMA_COUNT; i++) {
        if (strcmp(schemas[i].rows[0].name, root) == 0) {
            return &schemas[i];
        }
    }
    return NULL;
}
