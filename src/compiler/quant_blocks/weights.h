// SPDX-License-Identifier: BSD-3-Clause
// Weights of 4 bits as the operators read them (kernels/quant/weights.h, linear_s8_w4.h).
#ifndef WICK_COMPILER_QUANT_BLOCKS_WEIGHTS_H
#define WICK_COMPILER_QUANT_BLOCKS_WEIGHTS_H

#include <stdbool.h>
#include <stdint.h>

// [rows, depth] in [-8, 7] to [rows, (depth + 1) / 2]. False if a value does not fit 4 bits.
bool wick_quant_pack_w4(int32_t rows, int32_t depth, const int8_t *weights, uint8_t *packed);

// The scales of the groups of one row as the largest of them (the scale of the row) and a factor
// for each, in units of 2^-15, halves to even. False if a scale is not above 0 and finite.
bool wick_quant_group_factors(int32_t groups, const float *scales, double *row_scale,
                              int32_t *factors);

#endif
