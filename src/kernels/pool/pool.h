// SPDX-License-Identifier: BSD-3-Clause
// Two-dimensional pooling windows: maximum with indices, mean, mean with adaptive windows.
//
// Shapes  input [batch, channels, in_height, in_width],
//         out and indices [batch, channels, out_height, out_width]; any may be 0.
// Range   stride, dilation >= 1; 0 <= padding <= kernel / 2; in + 2 * padding + kernel * dilation
//         fits in int32. Checked before.
// Result  maximum: exact; the first of equals, the last NaN; an index counts in the plane of its
//         channel. mean: float sums, rounded once; integers divide towards zero.
#ifndef WICK_KERNELS_POOL_POOL_H
#define WICK_KERNELS_POOL_POOL_H

#include <stdint.h>

typedef struct wick_pool2d_params {
    int32_t batch, channels;
    int32_t in_height, in_width;
    int32_t out_height, out_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t padding_height, padding_width;
    int32_t dilation_height, dilation_width; // maximum only
    int32_t divisor; // mean: divides by this instead of the window's size; 0: not given
    uint8_t in_order, out_order, index_order; // kernels/element/layout.h
    uint8_t dtype;
    uint8_t counts_padding; // mean: padding is part of the window's size
} wick_pool2d_params;

void wick_max_pool2d(const wick_pool2d_params *params, const void *input, void *out,
                     int64_t *indices);
void wick_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out);
// Window i of n over `size` inputs: from i * size / n to (i + 1) * size / n rounded up.
void wick_adaptive_avg_pool2d(const wick_pool2d_params *params, const void *input, void *out);

// The same on f64.
void wick_max_pool2d_f64(const wick_pool2d_params *params, const void *input, void *out,
                         int64_t *indices);
void wick_avg_pool2d_f64(const wick_pool2d_params *params, const void *input, void *out);
void wick_adaptive_avg_pool2d_f64(const wick_pool2d_params *params, const void *input, void *out);

#endif
