// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/softmax/softmax.h"

#include "kernels/element/element.h"
#include "kernels/math/math.h"

enum { CHUNK = 32 }; // elements of one partial sum

typedef struct row {
    const wick_softmax_params *p;
    const void *input;
    void *out;
    ptrdiff_t in_at, out_at; // first elements
    wick_nest_dim dim;
} row;

static float load(const row *r, int32_t i)
{
    return wick_element_load(r->input, r->in_at + (ptrdiff_t)i * r->dim.in, r->p->in_dtype);
}

static void store(const row *r, int32_t i, float value)
{
    wick_element_store(r->out, r->out_at + (ptrdiff_t)i * r->dim.out, r->p->out_dtype, value);
}

// A NaN stays once it is found.
static float maximum(const row *r)
{
    float best = load(r, 0);
    for (int32_t i = 1; i < r->dim.size; i++) {
        const float value = load(r, i);
        if (!(value <= best) && best == best) {
            best = value;
        }
    }
    return best;
}

// Sum of exp(x - max); `keeps` leaves the terms in out.
static float sum_of_exponentials(const row *r, float max, bool keeps)
{
    float sum = 0;
    for (int32_t k = 0; k < r->dim.size; k += CHUNK) {
        const int32_t end = r->dim.size - k < CHUNK ? r->dim.size : k + CHUNK;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            const float e = wick_exp_f32(load(r, i) - max);
            part += e;
            if (keeps) {
                store(r, i, e);
            }
        }
        sum += part;
    }
    return sum;
}

static void softmax_row(const row *r)
{
    const float max = maximum(r);
    // With f32 each exponential is computed once; half types would round what is kept.
    const bool keeps = r->p->out_dtype == WICK_FLOAT32;
    const float sum = sum_of_exponentials(r, max, keeps);
    for (int32_t i = 0; i < r->dim.size; i++) {
        const float e = keeps ? ((const float *)r->out)[r->out_at + (ptrdiff_t)i * r->dim.out]
                              : wick_exp_f32(load(r, i) - max);
        store(r, i, e / sum);
    }
}

static void log_softmax_row(const row *r)
{
    const float max = maximum(r);
    const float log_sum = wick_log_f32(sum_of_exponentials(r, max, false));
    for (int32_t i = 0; i < r->dim.size; i++) {
        store(r, i, load(r, i) - max - log_sum);
    }
}

static void for_each_row(const wick_softmax_params *p, const void *input, void *out,
                         void (*visit)(const row *))
{
    if (wick_nest_count(p->dims, p->kept + 1) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        const row r = {p, input, out, at.in, at.out, p->dims[p->kept]};
        visit(&r);
    } while (wick_nest_next(&at, p->dims, p->kept));
}

void wick_softmax(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, softmax_row);
}

void wick_log_softmax(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, log_softmax_row);
}
