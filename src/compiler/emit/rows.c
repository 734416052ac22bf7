// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/rows.h"

const wick_emit_row wick_emit_rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {#id, name, schema},
#include "ops/ops.def"
#undef WICK_OP
};
const uint32_t wick_emit_row_count = sizeof wick_emit_rows / sizeof wick_emit_rows[0];
