// SPDX-License-Identifier: BSD-3-Clause
// Pools of three dimensions, adaptive and fractional maxima, inverses and gradients of pools.
// pool.h has the common ones of two dimensions.
#ifndef WICK_OPS_POOL3D_H
#define WICK_OPS_POOL3D_H

#include "kernels/pool/pool3d.h"
#include "wick/operator.h"

typedef wick_pool3d_params wick_pool3d_block;

// An int? argument as divisor of a mean; INVALID_ARGUMENT for 0.
wick_status wick_pool3d_read_divisor(const wick_call *call, uint32_t arg, wick_pool3d_params *p);

wick_status wick_max_pool3d_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool3d_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_avg_pool3d_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool3d_run(const wick_call *call, const void *block);
wick_status wick_adaptive_avg_pool3d_run(const wick_call *call, const void *block);
wick_status wick_max_pool3d_run(const wick_call *call, const void *block);
wick_status wick_adaptive_max_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_max_pool3d_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_max_pool_run(const wick_call *call, const void *block);
wick_status wick_fractional_max_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_fractional_max_pool3d_prepare(const wick_call *call, void *block);
wick_status wick_fractional_max_pool_run(const wick_call *call, const void *block);

wick_status wick_max_unpool2d_prepare(const wick_call *call, void *block);
wick_status wick_max_unpool2d_run(const wick_call *call, const void *block);
wick_status wick_max_unpool3d_prepare(const wick_call *call, void *block);
wick_status wick_max_unpool3d_run(const wick_call *call, const void *block);

// Gradients: of the input from that of the result.
wick_status wick_max_pool2d_backward_prepare(const wick_call *call, void *block);
wick_status wick_max_pool2d_backward_run(const wick_call *call, const void *block);
wick_status wick_max_pool3d_backward_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool2d_backward_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool2d_backward_run(const wick_call *call, const void *block);
wick_status wick_avg_pool3d_backward_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_avg_pool2d_backward_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_avg_pool3d_backward_prepare(const wick_call *call, void *block);
wick_status wick_adaptive_avg_pool_backward_run(const wick_call *call, const void *block);

#endif
