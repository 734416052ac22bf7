// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/math/sum.h"
#include "kernels/reduce/fold.h"

#define INFINITE __builtin_inff()

// |x|^order of an element
static float term(float x, float order)
{
    if (order == 2) {
        return x * x;
    }
    const float magnitude = x < 0 ? -x : x;
    if (order == 1) {
        return magnitude;
    }
    return order == 0 ? x != 0 : wick_exp_f32(order * wick_log_f32(magnitude));
}

static float magnitude_at(const wick_fold_row *row, ptrdiff_t at)
{
    const wick_reduce_params *const p = row->params;
    const float x = wick_element_load(row->input, at, p->in_dtype);
    const float value = p->in_dtype == p->out_dtype ? x : wick_element_rounded(x, p->out_dtype);
    return value < 0 ? -value : value;
}

static void add_terms(void *state, const wick_fold_row *row)
{
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        wick_exact_add(state, term(magnitude_at(row, at), row->params->number));
        at += row->stride;
    }
}

// The greatest magnitude, or the smallest; NaN stays.
static void find_extreme(void *state, const wick_fold_row *row)
{
    float *const best = state;
    const bool is_minimum = row->params->number < 0;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = magnitude_at(row, at);
        const bool is_better = is_minimum ? x < *best : x > *best;
        *best = is_better || x != x ? x : *best;
        at += row->stride;
    }
}

static void visit_norm(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                       ptrdiff_t at)
{
    const float order = p->number;
    float result;
    if (order == INFINITE || order == -INFINITE) {
        result = order < 0 ? INFINITE : 0;
        wick_fold_rows(p, input, first, find_extreme, &result);
    } else {
        wick_exact_sum total = {0, 0};
        wick_fold_rows(p, input, first, add_terms, &total);
        result = total.sum;
        if (order == 2) {
            result = wick_sqrt_f32(result);
        } else if (order != 0 && order != 1) {
            result = wick_exp_f32(wick_log_f32(result) / order);
        }
    }
    wick_element_store_real(out, at, p->out_dtype, result);
}

typedef struct exponentials {
    float max;
    wick_exact_sum total;
} exponentials;

static void find_max(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, row->params->in_dtype);
        e->max = x > e->max ? x : e->max;
        at += row->stride;
    }
}

static void add_exponentials(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, row->params->in_dtype);
        wick_exact_add(&e->total, wick_exp_f32(x - e->max));
        at += row->stride;
    }
}

static void visit_log_sum(const wick_reduce_params *p, const void *input, ptrdiff_t first,
                          void *out, ptrdiff_t at)
{
    exponentials e = {-INFINITE, {0, 0}};
    wick_fold_rows(p, input, first, find_max, &e);
    // A difference of infinities would be NaN.
    e.max = e.max == INFINITE || e.max == -INFINITE ? 0 : e.max;
    wick_fold_rows(p, input, first, add_exponentials, &e);
    wick_element_store_real(out, at, p->out_dtype, e.max + wick_log_f32(e.total.sum));
}

void wick_fold_norm(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_norm);
}

void wick_fold_log_sum(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_log_sum);
}
