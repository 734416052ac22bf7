// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on 8-bit integers: sum, product, quotient, table of values.
//
// Shapes  two operands meet as kernels/quant/loops.h says; out lies in the order of the loops.
// Units   zero points and offsets in quantized steps, scales as in kernels/quant/requantize.h.
// Range   |zero point| <= 128 (int16: within int16); scales are valid.
// Memory  out may be an operand that steps as out does.
// Result  exact: the steps below, each rounded as requantize.h says. quotient of wick_div_quant:
//         float32 in the order rint(a / b * scale) + offset, where x / 0 is 0.
#ifndef WICK_KERNELS_QUANT_ELEMENTWISE_S8_H
#define WICK_KERNELS_QUANT_ELEMENTWISE_S8_H

#include "kernels/quant/loops.h"
#include "kernels/quant/residual.h"

#include <stddef.h>

// clamp(rescale(rescale((a - za) << 20) + b_sign * rescale((b - zb) << 20)) + offset).
typedef struct wick_add_s8_params {
    wick_quant_residual sum;
    int32_t b_sign; // 1, or -1 for a difference
} wick_add_s8_params;

// clamp(rescale((a - za) * (b - zb)) + offset).
typedef struct wick_mul_s8_params {
    int32_t a_zero_point, b_zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_mul_s8_params;

typedef struct wick_div_quant_params {
    uint32_t count;
    uint32_t dtype; // i8 or i16
    int32_t a_zero_point, b_zero_point, offset;
    float scale; // finite
} wick_div_quant_params;

// The operands of an elementwise kernel and its result.
typedef struct wick_quant_pair {
    const int8_t *a, *b;
    int8_t *out;
} wick_quant_pair;

void wick_add_s8(const wick_add_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data);
void wick_mul_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data);
// clamp(round((a - za) / (b - zb) * multiplier * 2^(shift - 31)) + offset): one rounding of the
// exact quotient, halves away from 0; x / 0 is 0. The scale's shift is in [-33, 30].
void wick_div_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data);
void wick_div_quant(const wick_div_quant_params *params, const void *a, const void *b, void *out);
// table[input + 128]; the table has 256 entries.
void wick_lookup_s8(size_t count, const int8_t *table, const int8_t *input, int8_t *out);

#endif
