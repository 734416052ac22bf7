// SPDX-License-Identifier: BSD-3-Clause
// Two-dimensional convolution (cross-correlation, as PyTorch defines it) and its transpose. One
// dimension is height 1.
//
// Shapes  input [batch, in_channels, in_height, in_width],
//         out [batch, out_channels, out_height, out_width],
//         weight [out_channels, in_channels / groups, kernel_height, kernel_width], for the
//         transpose [in_channels, out_channels / groups, ..]; bias [out_channels] or NULL.
//         batch may be 0, and the size of a transposed result; nothing else.
// Range   stride, dilation >= 1, padding >= 0. Forward: in + 2 *
//         padding and the window's extent fit
//         in int32. Transpose: (in - 1) * stride + extent of the window fits. The caller has
//         checked these and that sizes agree.
// Memory  none; out must not overlap an input.
// Result  real types: float sums, rounded once to the type of out; relative error of n products at
//         most (n + 4) * 2^-24 of the sum of their magnitudes. Padding adds no product, so that
//         infinities and NaN in the weights stay out of it. Integers: exact modulo 2^bits.
#ifndef WICK_KERNELS_CONV_CONV_H
#define WICK_KERNELS_CONV_CONV_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_conv_params {
    int32_t batch, groups;
    int32_t in_channels, in_height, in_width;
    int32_t out_channels, out_height, out_width;
    int32_t kernel_height, kernel_width;
    int32_t stride_height, stride_width;
    int32_t padding_height, padding_width;
    int32_t dilation_height, dilation_width;
    uint8_t in_order, weight_order, out_order; // kernels/element/layout.h
    uint8_t dtype;
    uint8_t is_transposed;
    uint8_t is_deep; // three spatial dimensions: nothing above but the channels counts (conv3d.h)
} wick_conv_params;

typedef struct wick_conv_data {
    const void *input;
    const void *weight;
    const void *bias; // NULL: none
    void *out;
} wick_conv_data;

typedef void wick_conv_kernel(const wick_conv_params *params, const wick_conv_data *data);

// Rows of outputs and inputs that lie side by side are fastest.
void wick_conv_f32(const wick_conv_params *params, const wick_conv_data *data);
// float16 and bfloat16.
void wick_conv_half(const wick_conv_params *params, const wick_conv_data *data);
// float64, which wick_conv does not lead to.
void wick_conv_f64(const wick_conv_params *params, const wick_conv_data *data);
// int64, int32, int16, int8, uint8.
void wick_conv_integer(const wick_conv_params *params, const wick_conv_data *data);
// The one for the type.
void wick_conv(const wick_conv_params *params, const wick_conv_data *data);

#endif
