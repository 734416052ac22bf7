// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/elementwise_s16.h"

// What lies between two entries of a table, and the entry of step 0.
enum { PART_BITS = 7, MIDDLE = 256 };

static void add_run(const wick_add_s8_params *p, const wick_quant_loop *loop,
                    const wick_quant_pair_s16 *data)
{
    const int16_t *a = data->a;
    const int16_t *b = data->b;
    for (int32_t i = 0; i < loop->count; i++) {
        const uint32_t second = wick_quant_term_s16(&p->sum.b, *b) * (uint32_t)p->b_sign;
        data->out[i] = wick_quant_sum_s16(&p->sum, wick_quant_term_s16(&p->sum.a, *a) + second);
        a += loop->a_step;
        b += loop->b_step;
    }
}

static void mul_run(const wick_mul_s8_params *p, const wick_quant_loop *loop,
                    const wick_quant_pair_s16 *data)
{
    const int16_t *a = data->a;
    const int16_t *b = data->b;
    for (int32_t i = 0; i < loop->count; i++) {
        const int32_t steps = wick_requantize(*a * *b, p->scale.multiplier, p->scale.shift);
        data->out[i] = (int16_t)wick_quant_clamp(steps, &p->range);
        a += loop->a_step;
        b += loop->b_step;
    }
}

void wick_add_s16(const wick_add_s8_params *params, const wick_quant_loops *loops,
                  const wick_quant_pair_s16 *data)
{
    wick_quant_run run;
    bool has_more = wick_quant_run_first(loops, &run);
    while (has_more) {
        const wick_quant_pair_s16 at = {data->a + run.a, data->b + run.b, data->out + run.out};
        add_run(params, &run.loop, &at);
        has_more = wick_quant_run_next(loops, &run);
    }
}

void wick_mul_s16(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                  const wick_quant_pair_s16 *data)
{
    wick_quant_run run;
    bool has_more = wick_quant_run_first(loops, &run);
    while (has_more) {
        const wick_quant_pair_s16 at = {data->a + run.a, data->b + run.b, data->out + run.out};
        mul_run(params, &run.loop, &at);
        has_more = wick_quant_run_next(loops, &run);
    }
}

void wick_lookup_s16(size_t count, const int16_t *table, const int16_t *input, int16_t *out)
{
    for (size_t i = 0; i < count; i++) {
        const int16_t *const at = table + MIDDLE + (input[i] >> PART_BITS);
        const int32_t part = input[i] & ((1 << PART_BITS) - 1);
        const int32_t step = ((at[1] - at[0]) * part + (1 << (PART_BITS - 1))) >> PART_BITS;
        out[i] = (int16_t)(at[0] + step); // between the two entries
    }
}

void wick_rescale(const wick_rescale_params *params, size_t count, const wick_rescale_ends *ends)
{
    const wick_quant_scale scale = params->scale;
    const int8_t *const bytes = ends->input;
    const int16_t *const words = ends->input;
    int8_t *const out_bytes = ends->out;
    int16_t *const out_words = ends->out;
    for (size_t i = 0; i < count; i++) {
        const int32_t value = (ends->is_wide_input ? words[i] : bytes[i]) - params->zero_point;
        const int32_t steps = wick_requantize(value, scale.multiplier, scale.shift);
        const int32_t result = wick_quant_clamp(steps, &params->range);
        if (ends->is_wide_out) {
            out_words[i] = (int16_t)result;
        } else {
            out_bytes[i] = (int8_t)result;
        }
    }
}
