// SPDX-License-Identifier: BSD-3-Clause
// Convolution of up to three spatial dimensions and its transpose, one output at a time through
// strides, and its gradients. conv.h holds the fast one of one and two dimensions.
//
// Shapes  input [batch, in_channels, ..], out [batch, out_channels, ..], weight [out_channels,
//         in_channels / groups, ..], for the transpose [in_channels, out_channels / groups, ..];
//         bias [out_channels] or NULL. The size of out decides how many windows there are.
// Range   stride, dilation >= 1, padding >= 0; positions fit in int32. Checked before.
// Memory  none; out must not overlap an input.
// Result  as conv.h.
#ifndef WICK_KERNELS_CONV_CONV3D_H
#define WICK_KERNELS_CONV_CONV3D_H

#include "kernels/conv/conv.h"
#include "kernels/spatial/space.h"

typedef struct wick_conv3d_params {
    wick_space in, weight, out;
    int32_t stride[3], padding[3], dilation[3];
    int32_t groups;
    uint8_t dtype;
    uint8_t is_transposed;
} wick_conv3d_params;

typedef void wick_conv3d_kernel(const wick_conv3d_params *params, const wick_conv_data *data);

void wick_conv3d(const wick_conv3d_params *params, const wick_conv_data *data);

// The gradient of the weight of a forward convolution (is_transposed 0): data->input is its input,
// data->out the gradient of the weight, data->weight that of its result, which params->out
// describes. Of a transpose: with input and gradient of the result exchanged. Real types.
void wick_conv3d_weight_gradient(const wick_conv3d_params *params, const wick_conv_data *data);

// The gradient of the bias: sums of the gradient of the result, which params->out describes, for
// each channel. Real types.
void wick_conv3d_bias_gradient(const wick_conv3d_params *params, const void *gradient, void *out);

// The same on f64.
void wick_conv3d_f64(const wick_conv3d_params *params, const wick_conv_data *data);
void wick_conv3d_weight_gradient_f64(const wick_conv3d_params *params, const wick_conv_data *data);
void wick_conv3d_bias_gradient_f64(const wick_conv3d_params *params, const void *gradient,
                                   void *out);

#endif
