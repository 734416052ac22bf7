// SPDX-License-Identifier: BSD-3-Clause
// One tensor into a list of outs along a dimension.
#ifndef WICK_OPS_SPLIT_H
#define WICK_OPS_SPLIT_H

#include "ops/op.h"

typedef struct wick_split_block {
    uint32_t dim;
    uint32_t out_arg;
    uint32_t removes_dim; // unbind
} wick_split_block;

wick_status wick_split_copy_prepare(const wick_call *call, void *block);
wick_status wick_split_with_sizes_copy_prepare(const wick_call *call, void *block);
wick_status wick_unbind_copy_prepare(const wick_call *call, void *block);
wick_status wick_split_run(const wick_call *call, const void *block);

#endif
