// SPDX-License-Identifier: BSD-3-Clause
// Convolutions and linear layers on 16-bit activations and 8-bit weights, as conv2d_s8.h has them
// for 8-bit ones: shapes, order and memory are the same.
//
// Range   input_offset in [-32768, 32768], range within int16; shifts at most 7. in_channels *
//         kernel at most 2^22.
// Result  exact: sums in 64 bits, then wick_requantize_wide. A residual is added as add_s16 does
//         (elementwise_s16.h).
#ifndef WICK_KERNELS_QUANT_CONV2D_S16_H
#define WICK_KERNELS_QUANT_CONV2D_S16_H

#include "kernels/quant/conv2d_s8.h"

typedef struct wick_quant_conv_s16_data {
    const int16_t *input;
    const int8_t *weight;
    const int32_t *bias;
    const int32_t *multipliers;
    const int32_t *shifts;
    const int16_t *residual;        // NULL: none
    const wick_quant_residual *sum; // NULL where residual is
    int16_t *out;
} wick_quant_conv_s16_data;

void wick_conv2d_s16(const wick_quant_conv_params *params, const wick_quant_conv_s16_data *data);
void wick_transpose_conv2d_s16(const wick_quant_conv_params *params,
                               const wick_quant_conv_s16_data *data);
void wick_depthwise_conv2d_s16(const wick_quant_conv_params *params,
                               const wick_quant_conv_s16_data *data);

#endif
