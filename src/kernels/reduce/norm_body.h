// SPDX-License-Identifier: BSD-3-Clause
// Norms, and logarithms of sums of exponentials, for one type of arithmetic; included with the
// parameters of kernels/element/in_f32.h.

static void add_terms(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER x = LOAD(row->input, at, p->in_dtype);
        KERNEL(wick_norm_add)(state, p->in_dtype == p->out_dtype ? x : ROUNDED(x, p->out_dtype));
        at += row->stride;
    }
}

static void visit_norm(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                       ptrdiff_t at)
{
    KERNEL(wick_norm) norm = KERNEL(wick_norm_start)(p->KERNEL(number));
    wick_fold_rows(p, input, first, add_terms, &norm);
    STORE_REAL(out, at, p->out_dtype, KERNEL(wick_norm_root)(&norm));
}

typedef struct exponentials {
    NUMBER max;
    KERNEL(wick_exact_sum) total;
} exponentials;

static void find_max(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER x = LOAD(row->input, at, row->params->in_dtype);
        e->max = x > e->max ? x : e->max;
        at += row->stride;
    }
}

static void add_exponentials(void *state, const wick_fold_row *row)
{
    exponentials *const e = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER x = LOAD(row->input, at, row->params->in_dtype);
        KERNEL(wick_exact_add)(&e->total, FN(exp)(x - e->max));
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
    STORE_REAL(out, at, p->out_dtype, e.max + FN(log)(e.total.sum));
}

void KERNEL(wick_fold_norm)(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_norm);
}

void KERNEL(wick_fold_log_sum)(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_log_sum);
}
