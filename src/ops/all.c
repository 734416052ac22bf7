// SPDX-License-Identifier: BSD-3-Clause
// The table of every operator. In a file of its own, so that a firmware with a selective table
// links none of it.
#include "ops/table.h"

static const wick_operator *const rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) &wick_op_##id,
#include "ops/ops.def"
#undef WICK_OP
};

const wick_operators wick_operators_all = {rows, sizeof rows / sizeof rows[0]};
