// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on 8-bit integers: sum, product, quotient, table of values.
//
// Shapes  two operands go in `rows` rows of `row` elements; an operand's step is `row`, or 0 where
//         each row meets the same elements. out has rows * row elements.
// Units   zero points and offsets in quantized steps, scales as in kernels/quant/requantize.h.
// Range   |zero point| <= 128 (int16: within int16); scales are valid.
// Memory  out may be an operand whose step is not 0.
// Result  exact: the steps below, each rounded as requantize.h says. quotient: float32 in the order
//         rint(a / b * scale) + offset, where x / 0 is 0.
#ifndef WICK_KERNELS_QUANT_ELEMENTWISE_S8_H
#define WICK_KERNELS_QUANT_ELEMENTWISE_S8_H

#include "kernels/quant/requantize.h"

#include <stddef.h>

typedef struct wick_quant_rows {
    uint32_t rows, row;
    uint32_t a_step, b_step;
} wick_quant_rows;

typedef struct wick_quant_operand {
    int32_t zero_point;
    wick_quant_scale scale;
} wick_quant_operand;

// clamp(rescale(rescale((a - za) << 20) + rescale((b - zb) << 20)) + offset).
typedef struct wick_add_s8_params {
    wick_quant_rows rows;
    wick_quant_operand a, b;
    wick_quant_scale out_scale;
    wick_quant_range range;
} wick_add_s8_params;

// clamp(rescale((a - za) * (b - zb)) + offset).
typedef struct wick_mul_s8_params {
    wick_quant_rows rows;
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

void wick_add_s8(const wick_add_s8_params *params, const int8_t *a, const int8_t *b, int8_t *out);
void wick_mul_s8(const wick_mul_s8_params *params, const int8_t *a, const int8_t *b, int8_t *out);
void wick_div_quant(const wick_div_quant_params *params, const void *a, const void *b, void *out);
// table[input + 128]; the table has 256 entries.
void wick_lookup_s8(size_t count, const int8_t *table, const int8_t *input, int8_t *out);

#endif
