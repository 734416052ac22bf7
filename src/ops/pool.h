// SPDX-License-Identifier: BSD-3-Clause
// aten::max_pool2d_with_indices, aten::avg_pool2d, aten::_adaptive_avg_pool2d.
#ifndef WICK_OPS_POOL_H
#define WICK_OPS_POOL_H

#include "kernels/pool/pool.h"
#include "wick/operator.h"

typedef wick_pool2d_params wick_pool2d_block;

typedef struct wick_pool_axis {
    int32_t in, kernel, stride, padding, dilation;
} wick_pool_axis;

// Windows along one axis; the last one must start inside the input or its left padding.
wick_status wick_pool_out_size(const wick_call *call, const wick_pool_axis *a, bool ceil_mode,
                               int32_t *out);

// Plans a window without ceil mode from arguments 0 to 3: input, kernel, stride, padding. Gives out
// its shape.
wick_status wick_pool2d_plan(const wick_call *call, const int32_t dilation[2], uint32_t out_arg,
                             wick_pool2d_params *params);

wick_status wick_max_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_max_pool2d_run(const wick_call *call, const void *block);
wick_status wick_avg_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool2d_run(const wick_call *call, const void *block);
wick_status wick_adaptive_avg_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_avg_pool2d_run(const wick_call *call, const void *block);

#endif
