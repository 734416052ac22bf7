// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit_c/rows.h"

#include <stddef.h>
#include <string.h>

static const wick_emit_c_row rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {name, #run, #block},
#include "ops/ops.def"
#undef WICK_OP
};

static const struct {
    wick_emit_c_row row;
    uint32_t rank; // up to here the row of ops.def does
} wide_rows[] = {
#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) {{name, #run, #block}, rank},
#include "ops/wide.def"
#undef WICK_WIDE
};

const wick_emit_c_row *wick_emit_c_row_of(const char *name, uint32_t rank)
{
    for (size_t i = 0; i < sizeof wide_rows / sizeof wide_rows[0]; i++) {
        if (rank > wide_rows[i].rank && strcmp(wide_rows[i].row.name, name) == 0) {
            return &wide_rows[i].row;
        }
    }
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}
