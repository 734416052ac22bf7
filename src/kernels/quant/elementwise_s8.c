// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/elementwise_s8.h"

#include "kernels/element/element.h"
#include "kernels/math/rounding.h"

enum { ADD_HEADROOM = 1 << 20 }; // terms of a sum keep 20 bits of fraction

static int32_t term(const wick_quant_operand *operand, int8_t value)
{
    const int32_t shifted = (value - operand->zero_point) * ADD_HEADROOM;
    return wick_requantize(shifted, operand->scale.multiplier, operand->scale.shift);
}

static void add_row(const wick_add_s8_params *p, const int8_t *a, const int8_t *b, int8_t *out)
{
    for (uint32_t i = 0; i < p->rows.row; i++) {
        const uint32_t sum = (uint32_t)term(&p->a, a[i]) + (uint32_t)term(&p->b, b[i]);
        const int32_t steps =
            wick_requantize((int32_t)sum, p->out_scale.multiplier, p->out_scale.shift);
        out[i] = wick_quant_narrow(steps, &p->range);
    }
}

static void mul_row(const wick_mul_s8_params *p, const int8_t *a, const int8_t *b, int8_t *out)
{
    for (uint32_t i = 0; i < p->rows.row; i++) {
        const int32_t product = (a[i] - p->a_zero_point) * (b[i] - p->b_zero_point);
        const int32_t steps = wick_requantize(product, p->scale.multiplier, p->scale.shift);
        out[i] = wick_quant_narrow(steps, &p->range);
    }
}

void wick_add_s8(const wick_add_s8_params *params, const int8_t *a, const int8_t *b, int8_t *out)
{
    const wick_quant_rows *const r = &params->rows;
    for (size_t i = 0; i < r->rows; i++) {
        add_row(params, a + i * r->a_step, b + i * r->b_step, out + i * r->row);
    }
}

void wick_mul_s8(const wick_mul_s8_params *params, const int8_t *a, const int8_t *b, int8_t *out)
{
    const wick_quant_rows *const r = &params->rows;
    for (size_t i = 0; i < r->rows; i++) {
        mul_row(params, a + i * r->a_step, b + i * r->b_step, out + i * r->row);
    }
}

static float clamp(float value, float low, float high)
{
    return value < low ? low : value > high ? high : value;
}

void wick_div_quant(const wick_div_quant_params *params, const void *a, const void *b, void *out)
{
    const wick_div_quant_params *const p = params;
    const float low = p->dtype == WICK_INT8 ? INT8_MIN : INT16_MIN;
    const float high = p->dtype == WICK_INT8 ? INT8_MAX : INT16_MAX;
    for (ptrdiff_t i = 0; i < (ptrdiff_t)p->count; i++) {
        const int32_t x = (int32_t)wick_element_integer(a, i, p->dtype) - p->a_zero_point;
        const int32_t y = (int32_t)wick_element_integer(b, i, p->dtype) - p->b_zero_point;
        const float quotient = y != 0 ? (float)x / (float)y : 0.0f;
        const float steps = wick_rint_f32(quotient * p->scale) + (float)p->offset;
        wick_element_store_integer(out, i, p->dtype, (int32_t)clamp(steps, low, high));
    }
}

void wick_lookup_s8(size_t count, const int8_t *table, const int8_t *input, int8_t *out)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = table[input[i] + 128];
    }
}
