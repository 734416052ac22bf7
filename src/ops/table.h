// SPDX-License-Identifier: BSD-3-Clause
// Declares the row of every operator: `extern const wick_operator wick_op_<id>`.
#ifndef WICK_OPS_TABLE_H
#define WICK_OPS_TABLE_H

#include "wick/operator.h"

#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    extern const wick_operator wick_op_##id;
#include "ops/ops.def"
#undef WICK_OP

#define WICK_WIDE(id, of, name, signature, rank, prepare, run, block) \
    extern const wick_operator wick_op_##id;
#include "ops/wide.def"
#undef WICK_WIDE

#endif
