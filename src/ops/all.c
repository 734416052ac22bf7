// SPDX-License-Identifier: BSD-3-Clause
// The table of every operator, each in its widest form. In a file of its own, so that a firmware
// with a selective table links none of it.
#include "ops/table.h"

enum {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) PLACE_##id,
#include "ops/ops.def"
#undef WICK_OP
};

// A wide form takes the place of its row.
#pragma GCC diagnostic ignored "-Woverride-init"
static const wick_operator *const rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    [PLACE_##id] = &wick_op_##id,
#include "ops/ops.def"
#undef WICK_OP
#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) [PLACE_##of] = &wick_op_##id,
#include "ops/wide.def"
#undef WICK_WIDE
};

const wick_operators wick_operators_all = {rows, sizeof rows / sizeof rows[0]};
