// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/elementwise_s8.h"

#include "kernels/element/element.h"
#include "kernels/math/rounding.h"

// One pass through the innermost loop.
typedef void visit_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data);

static void visit_all(const void *params, const wick_quant_loops *loops,
                      const wick_quant_pair *data, visit_run *visit)
{
    wick_quant_run run;
    if (!wick_quant_run_first(loops, &run)) {
        return;
    }
    do {
        const wick_quant_pair at = {data->a + run.a, data->b + run.b, data->out + run.out};
        visit(params, &run, &at);
    } while (wick_quant_run_next(loops, &run));
}

static void add_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data)
{
    const wick_add_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const uint32_t second = (uint32_t)wick_quant_term(&p->sum.b, *b) * (uint32_t)p->b_sign;
        data->out[i] = wick_quant_sum(&p->sum, (uint32_t)wick_quant_term(&p->sum.a, *a) + second);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

static void mul_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data)
{
    const wick_mul_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const int32_t product = (*a - p->a_zero_point) * (*b - p->b_zero_point);
        const int32_t steps = wick_requantize(product, p->scale.multiplier, p->scale.shift);
        data->out[i] = wick_quant_narrow(steps, &p->range);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

// a / b * multiplier * 2^(shift - 31), rounded once.
static int32_t quotient(int32_t a, int32_t b, const wick_quant_scale *scale)
{
    if (b == 0) {
        return 0;
    }
    const uint64_t product = (uint64_t)(uint32_t)(a < 0 ? -a : a) * (uint32_t)scale->multiplier;
    // Twice the quotient, rounded down: rounding down twice is rounding down once.
    const uint64_t halves = (product / (uint32_t)(b < 0 ? -b : b)) >> (30 - scale->shift);
    const uint64_t magnitude = (halves + 1) >> 1;
    const int32_t limited = magnitude > INT32_MAX ? INT32_MAX : (int32_t)magnitude;
    return (a < 0) != (b < 0) ? -limited : limited;
}

static void div_run(const void *params, const wick_quant_run *run, const wick_quant_pair *data)
{
    const wick_mul_s8_params *const p = params;
    const int8_t *a = data->a;
    const int8_t *b = data->b;
    for (int32_t i = 0; i < run->loop.count; i++) {
        const int32_t steps = quotient(*a - p->a_zero_point, *b - p->b_zero_point, &p->scale);
        data->out[i] = wick_quant_narrow(steps, &p->range);
        a += run->loop.a_step;
        b += run->loop.b_step;
    }
}

void wick_add_s8(const wick_add_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data)
{
    visit_all(params, loops, data, add_run);
}

void wick_mul_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data)
{
    visit_all(params, loops, data, mul_run);
}

void wick_div_s8(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                 const wick_quant_pair *data)
{
    visit_all(params, loops, data, div_run);
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
