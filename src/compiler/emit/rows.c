// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/rows.h"

#include "ops/op.h"

const wick_emit_row wick_emit_rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {#id, name, schema, signature, traits},
#include "ops/ops.def"
#undef WICK_OP
};

const wick_emit_wide_row wick_emit_wide_rows[] = {
#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) {#id, name, rank},
#include "ops/wide.def"
#undef WICK_WIDE
};
const uint32_t wick_emit_wide_row_count =
    sizeof wick_emit_wide_rows / sizeof wick_emit_wide_rows[0];
const uint32_t wick_emit_row_count = sizeof wick_emit_rows / sizeof wick_emit_rows[0];
