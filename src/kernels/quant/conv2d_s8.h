// SPDX-License-Identifier: BSD-3-Clause
// Two-dimensional convolutions on 8-bit integers, channels innermost in memory:
// out = clamp(offset + rescale_c(bias_c + sum (input + input_offset) * weight)), rescale as
// docs/numerics.md has it.
//
// Shapes  input [batch, height, width, in_channels], out [batch, height, width, out_channels];
//         weight [out_channels, kernel_height, kernel_width, in_channels / groups], for the
//         depthwise one [kernel_height, kernel_width, out_channels], where out channel c reads in
//         channel c / (out_channels / in_channels); bias [out_channels] or NULL; multipliers,
//         shifts [out_channels].
// Range   input_offset in [-128, 128]; scales valid (requantize.h). Padding adds nothing: it stands
//         for the zero point.
// Memory  Positions are computed one after the other in row-major order, or from the last to the
//         first if is_backward; each reads its window and nothing else. So out may overlap the
//         input as far as src/compiler/contract states, and no further. Where there is a residual,
//         of out's shape, it is added to the result as kernels/quant/residual.h says; out may lie
//         exactly over it.
// Result  exact: sums modulo 2^32, which no sum of fewer than 65000 products leaves.
#ifndef WICK_KERNELS_QUANT_CONV2D_S8_H
#define WICK_KERNELS_QUANT_CONV2D_S8_H

#include "kernels/quant/residual.h"
#include "kernels/quant/taps.h"

typedef struct wick_quant_conv_params {
    int32_t batch, groups, in_channels, out_channels;
    wick_quant_axis height, width;
    int32_t input_offset;
    wick_quant_range range;
    int32_t is_backward; // 0 or 1
} wick_quant_conv_params;

typedef struct wick_quant_conv_data {
    const int8_t *input;
    const int8_t *weight;
    const int32_t *bias; // NULL: none
    const int32_t *multipliers;
    const int32_t *shifts;
    const int8_t *residual;         // NULL: none
    const wick_quant_residual *sum; // NULL where residual is
    int8_t *out;
} wick_quant_conv_data;

void wick_conv2d_s8(const wick_quant_conv_params *params, const wick_quant_conv_data *data);
void wick_transpose_conv2d_s8(const wick_quant_conv_params *params,
                              const wick_quant_conv_data *data);
void wick_depthwise_conv2d_s8(const wick_quant_conv_params *params,
                              const wick_quant_conv_data *data);

#endif
