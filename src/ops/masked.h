// SPDX-License-Identifier: BSD-3-Clause
// Elements that a mask picks: masked_select, masked_scatter; and triangles of matrices.
#ifndef WICK_OPS_MASKED_H
#define WICK_OPS_MASKED_H

#include "ops/op.h"

typedef struct wick_masked_block {
    uint32_t out_arg;
    int32_t diagonal;
} wick_masked_block;

wick_status wick_masked_select_prepare(const wick_call *call, void *block); // sized by `run`
wick_status wick_masked_select_run(const wick_call *call, const void *block);
wick_status wick_masked_scatter_prepare(const wick_call *call, void *block);
wick_status wick_masked_scatter_run(const wick_call *call, const void *block);
wick_status wick_triangle_prepare(const wick_call *call, void *block);
wick_status wick_tril_run(const wick_call *call, const void *block);
wick_status wick_triu_run(const wick_call *call, const void *block);

#endif
