// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/softmax_s8.h"

#include "kernels/math/math.h"
#include "kernels/math/rounding.h"

enum { CHUNK = 32, STEPS = 256 }; // terms of one partial sum; steps of a probability of 1

// One row: its first elements and how to walk them.
typedef struct row {
    const wick_softmax_s8_params *p;
    const int8_t *input;
    int8_t *out;
    wick_nest_dim dim;
} row;

static float real(const row *r, int8_t value)
{
    return (float)(value - r->p->zero_point) * r->p->scale;
}

static float exponential(const row *r, float max, int32_t i)
{
    return wick_exp_f32(real(r, r->input[(ptrdiff_t)i * r->dim.in]) - max);
}

static int8_t maximum(const row *r)
{
    int8_t best = INT8_MIN;
    for (int32_t i = 0; i < r->dim.size; i++) {
        const int8_t value = r->input[(ptrdiff_t)i * r->dim.in];
        best = value > best ? value : best;
    }
    return best;
}

static float sum_of_exponentials(const row *r, float max)
{
    float sum = 0;
    for (int32_t k = 0; k < r->dim.size; k += CHUNK) {
        const int32_t end = r->dim.size - k < CHUNK ? r->dim.size : k + CHUNK;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            part += exponential(r, max, i);
        }
        sum += part;
    }
    return sum;
}

static void softmax_row(const row *r)
{
    const float max = real(r, maximum(r));
    const float sum = sum_of_exponentials(r, max);
    for (int32_t i = 0; i < r->dim.size; i++) {
        const float steps = wick_rint_f32(exponential(r, max, i) / sum * STEPS) + INT8_MIN;
        r->out[(ptrdiff_t)i * r->dim.out] = (int8_t)(steps > INT8_MAX ? INT8_MAX : steps);
    }
}

void wick_softmax_s8(const wick_softmax_s8_params *params, const int8_t *input, int8_t *out)
{
    if (wick_nest_count(params->dims, params->kept + 1) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        const row r = {params, input + at.in, out + at.out, params->dims[params->kept]};
        softmax_row(&r);
    } while (wick_nest_next(&at, params->dims, params->kept));
}
