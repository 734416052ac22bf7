// SPDX-License-Identifier: BSD-3-Clause
// aten::cat: tensors laid side by side.
#ifndef WICK_OPS_JOIN_H
#define WICK_OPS_JOIN_H

#include "ops/op.h"

typedef struct wick_cat_block {
    uint32_t dim;
} wick_cat_block;

wick_status wick_cat_prepare(const wick_call *call, void *block);
wick_status wick_cat_run(const wick_call *call, const void *block);

#endif
