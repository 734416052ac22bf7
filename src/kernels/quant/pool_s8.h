// SPDX-License-Identifier: BSD-3-Clause
// Two-dimensional pooling windows on 8-bit integers.
//
// Shapes  as in kernels/pool/pool.h; dtype, dilation, divisor, counts_padding are not read. No
//         window lies in the padding alone.
// Range   zero_point in [-128, 127]; scale > 0, finite and not subnormal.
// Result  maximum: clamped to [min, max]. mean: float32, the terms (input - zero_point) * scale
//         added in the order of rows and columns, divided by their number, then by scale, rounded
//         half to even. Bit-identical to the Python reference of cortex_m (ExecuTorch 1.4.1).
#ifndef WICK_KERNELS_QUANT_POOL_S8_H
#define WICK_KERNELS_QUANT_POOL_S8_H

#include "kernels/pool/pool.h"

typedef struct wick_max_pool2d_s8_params {
    wick_pool2d_params window;
    int8_t min, max;
} wick_max_pool2d_s8_params;

typedef struct wick_avg_pool2d_s8_params {
    wick_pool2d_params window;
    int32_t zero_point;
    float scale;
} wick_avg_pool2d_s8_params;

void wick_max_pool2d_s8(const wick_max_pool2d_s8_params *params, const int8_t *input, int8_t *out);
void wick_avg_pool2d_s8(const wick_avg_pool2d_s8_params *params, const int8_t *input, int8_t *out);

#endif
