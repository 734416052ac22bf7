// SPDX-License-Identifier: BSD-3-Clause
// Softmax and its logarithm on 8-bit integers along one dimension, in integers alone
// (docs/numerics.md): the exponential of each distance from the maximum stands in a table.
//
// Shapes  [outer, size, inner], dense; any may be 0.
// table   table[d] = round(2^k * exp(-d * scale of the input)) for d = 0, 1, ..; from table_count
//         on it is 0. table[0] = 2^k, and size * 2^k <= 2^31.
// softmax steps of 1/n from -128: floor((n * t + floor(s / 2)) / s) - 128, at most 127, where t is
//         the element's exponential and s the sum of all. With n = 255 both 0 and 1 are a step; 256
//         is what other libraries take.
// Memory  out may be the input.
#ifndef WICK_KERNELS_QUANT_SOFTMAX_TABLE_S8_H
#define WICK_KERNELS_QUANT_SOFTMAX_TABLE_S8_H

#include "kernels/quant/requantize.h"

#include <stddef.h>

typedef struct wick_softmax_shape {
    int32_t outer, size, inner;
    int32_t table_count; // 1 to 256
    int32_t one;         // softmax: n, the steps that make 1, in [1, 256]
} wick_softmax_shape;

// Logarithm: the distance from 0 in steps of the result is d * step + (log2(s) - k) * log_step,
// both factors in units of 2^-16; log2 in units of 2^-16 as wick_log2_u32 gives it. Subtracted from
// the offset after rounding, halves up.
typedef struct wick_log_softmax_scale {
    int32_t one_bits; // k, in [0, 31]
    int32_t step;     // 2^16 * scale of input / scale of out, at least 0
    int32_t log_step; // 2^16 * ln(2) / scale of out, at least 0
    wick_quant_range range;
} wick_log_softmax_scale;

void wick_softmax_table_s8(const wick_softmax_shape *shape, const int32_t *table,
                           const int8_t *input, int8_t *out);
void wick_log_softmax_table_s8(const wick_softmax_shape *shape, const wick_log_softmax_scale *scale,
                               const int32_t *table, const int8_t *input, int8_t *out);

// log2(value) in units of 2^-16, rounded down from a product of 32-bit halves; 0 for 0.
int32_t wick_log2_u32(uint32_t value);

#endif
