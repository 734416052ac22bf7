// SPDX-License-Identifier: BSD-3-Clause
// Fully connected layer on 8-bit integers:
// out = clamp(offset + rescale(bias + sum (input + input_offset) * (weight + weight_offset))),
// rescale as docs/numerics.md has it.
//
// Shapes  input [rows, depth], weight [cols, depth], bias [cols] or NULL, out [rows, cols]. Dense;
//         0 allowed. Multipliers and shifts: [cols], or one of each for all.
// Range   offsets in [-128, 128]; scales valid (requantize.h).
// Memory  as kernels/quant/conv2d_s8.h has it, a row being a position; the residual too.
// Result  exact: sums modulo 2^32.
#ifndef WICK_KERNELS_QUANT_LINEAR_S8_H
#define WICK_KERNELS_QUANT_LINEAR_S8_H

#include "kernels/quant/residual.h"

typedef struct wick_quant_linear_params {
    int32_t rows, depth, cols;
    int32_t input_offset, weight_offset;
    int32_t scale_step; // 1: a scale for each column, 0: one for all
    wick_quant_range range;
    int32_t is_backward; // 0 or 1
} wick_quant_linear_params;

typedef struct wick_quant_linear_data {
    const int8_t *input;
    const int8_t *weight;
    const int32_t *bias; // NULL: none
    const int32_t *multipliers;
    const int32_t *shifts;
    const int8_t *residual;         // NULL: none
    const wick_quant_residual *sum; // NULL where residual is
    int8_t *out;
} wick_quant_linear_data;

void wick_linear_s8(const wick_quant_linear_params *params, const wick_quant_linear_data *data);

#endif
