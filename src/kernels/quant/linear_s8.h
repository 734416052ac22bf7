// SPDX-License-Identifier: BSD-3-Clause
// Fully connected layer on 8-bit integers:
// out = clamp(offset + rescale(bias + sum (input + input_offset) * (weight + weight_offset))),
// rescale as docs/numerics.md has it, one scale for all.
//
// Shapes  input [rows, depth], weight [cols, depth], bias [cols] or NULL, out [rows, cols]. Dense;
//         0 allowed.
// Range   offsets in [-128, 128]; scale valid (requantize.h).
// Memory  none. Rows are computed one after the other, from the last to the first if is_backward:
//         out may overlap the input as far as src/compiler/contract states.
// Result  exact: sums modulo 2^32.
#ifndef WICK_KERNELS_QUANT_LINEAR_S8_H
#define WICK_KERNELS_QUANT_LINEAR_S8_H

#include "kernels/quant/requantize.h"

typedef struct wick_quant_linear_params {
    int32_t rows, depth, cols;
    int32_t input_offset, weight_offset;
    wick_quant_scale scale;
    wick_quant_range range;
    int32_t is_backward; // 0 or 1
} wick_quant_linear_params;

typedef struct wick_quant_linear_data {
    const int8_t *input;
    const int8_t *weight;
    const int32_t *bias; // NULL: none
    int8_t *out;
} wick_quant_linear_data;

void wick_linear_s8(const wick_quant_linear_params *params, const wick_quant_linear_data *data);

#endif
