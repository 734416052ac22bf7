// SPDX-License-Identifier: BSD-3-Clause
// Layer normalization of rows of 8-bit integers, in integers alone (docs/numerics.md).
//
// Shapes  input, out [rows, depth]; weights: gamma[depth], then beta[depth].
// Units   n = depth. epsilon: n^2 * epsilon / scale of the input^2 as a number of 64 bits, low word
//         first. gamma, beta: weight and bias / scale of out, in units of 2^-fraction_bits.
// Range   depth in [1, 65536]; epsilon below 2^61; fraction_bits in [0, 40].
// Result  finish((x * gamma + beta * 2^22) / 2^(22 + fraction_bits)), halves up, where x is
//         (n * q - sum) / sqrt(n * sum of squares - sum^2 + epsilon) in units of 2^-22, computed as
//         wick_quant_inverse_root says.
// Memory  out may be the input.
#ifndef WICK_KERNELS_QUANT_LAYER_NORM_S8_H
#define WICK_KERNELS_QUANT_LAYER_NORM_S8_H

#include "kernels/quant/requantize.h"

#include <stddef.h>

typedef struct wick_layer_norm_s8_params {
    int32_t rows, depth;
    int32_t epsilon[2];
    int32_t fraction_bits;
    wick_quant_range range;
} wick_layer_norm_s8_params;

// 1 / sqrt(value) as multiplier * 2^(exponent - 61): value * 2^(2 * exponent) lies in [2^60, 2^62),
// root is its square root rounded down, multiplier 2^61 / root rounded down. value in [1, 2^62);
// 0 gives a multiplier of 0.
typedef struct wick_quant_root {
    uint32_t multiplier;
    int32_t exponent;
} wick_quant_root;
wick_quant_root wick_quant_inverse_root(uint64_t value);

void wick_layer_norm_s8(const wick_layer_norm_s8_params *params, const int32_t *weights,
                        const int8_t *input, int8_t *out);

#endif
