// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/norm.h"
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/math/sum.h"
#include "kernels/reduce/fold.h"

static void add_terms(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, p->in_dtype);
        wick_norm_add(state,
                      p->in_dtype == p->out_dtype ? x : wick_element_rounded(x, p->out_dtype));
        at += row->stride;
    }
}

static void visit_norm(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                       ptrdiff_t at)
{
    wick_norm norm = wick_norm_start(p->number);
    wick_fold_rows(p, input, first, add_terms, &norm);
    wick_element_store_real(out, at, p->out_dtype, wick_norm_root(&norm));
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
    exponentials e = {-WICK_NORM_INFINITE, {0, 0}};
    wick_fold_rows(p, input, first, find_max, &e);
    // A difference of infinities would be NaN.
    e.max = e.max == WICK_NORM_INFINITE || e.max == -WICK_NORM_INFINITE ? 0 : e.max;
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
