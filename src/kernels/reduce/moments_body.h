// SPDX-License-Identifier: BSD-3-Clause
// Variances and sums without NaN for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h. Variance in two passes: the mean, then the squares of the differences
// from it, less the square of what the rounding of the mean left in their sum.

typedef struct moments {
    NUMBER mean;
    KERNEL(wick_exact_sum) sum, squares;
} moments;

static void add_values(void *state, const wick_fold_row *row)
{
    moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        KERNEL(wick_exact_add)(&m->sum, LOAD(row->input, at, row->params->in_dtype));
        at += row->stride;
    }
}

static void add_differences(void *state, const wick_fold_row *row)
{
    moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER d = LOAD(row->input, at, row->params->in_dtype) - m->mean;
        KERNEL(wick_exact_add)(&m->sum, d);
        KERNEL(wick_exact_add)(&m->squares, d * d);
        at += row->stride;
    }
}

static void visit_variance(const wick_reduce_params *p, const void *input, ptrdiff_t first,
                           void *out, ptrdiff_t at)
{
    const NUMBER count = (NUMBER)wick_nest_count(p->dims + p->kept, p->reduced);
    const NUMBER divisor = count > p->KERNEL(number) ? count - p->KERNEL(number) : 0;
    moments m = {0};
    wick_fold_rows(p, input, first, add_values, &m);
    m.mean = m.sum.sum / count;
    m.sum = (KERNEL(wick_exact_sum)){0, 0};
    wick_fold_rows(p, input, first, add_differences, &m);
    const NUMBER squares = m.squares.sum - m.sum.sum * m.sum.sum / count;
    const NUMBER variance = (squares < 0 ? 0 : squares) / divisor;
    STORE_REAL(out, at, p->out_dtype, p->is_root ? FN(sqrt)(variance) : variance);
}

typedef struct present {
    KERNEL(wick_exact_sum) total;
    uint64_t integers; // the sum, where out is of an integer type
    int64_t count;
} present;

static void add_present(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    present *const s = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER x = LOAD(row->input, at, p->in_dtype);
        if (x == x && !IS_REAL(p->out_dtype)) {
            s->integers += (uint64_t)INTEGER_OF(row->input, at, p->in_dtype);
        } else if (x == x) {
            KERNEL(wick_exact_add)
            (&s->total, p->in_dtype == p->out_dtype ? x : ROUNDED(x, p->out_dtype));
            s->count++;
        }
        at += row->stride;
    }
}

static void visit_nansum(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                         ptrdiff_t at)
{
    present s = {{0, 0}, 0, 0};
    wick_fold_rows(p, input, first, add_present, &s);
    if (IS_REAL(p->out_dtype)) {
        STORE_REAL(out, at, p->out_dtype, p->is_mean ? s.total.sum / (NUMBER)s.count : s.total.sum);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)s.integers);
    }
}

void KERNEL(wick_fold_variance)(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_variance);
}

void KERNEL(wick_fold_nansum)(const wick_reduce_params *params, const void *input, void *out)
{
    if (!IS_REAL(params->in_dtype)) {
        KERNEL(wick_reduce_sum)(params, input, out);
        return;
    }
    wick_fold_each(params, input, out, visit_nansum);
}
