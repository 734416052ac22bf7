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

const wick_emit_c_row *wick_emit_c_row_of(const char *name)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            return &rows[i];
        }
    }
    return NULL;
}
