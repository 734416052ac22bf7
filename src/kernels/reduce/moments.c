// SPDX-License-Identifier: BSD-3-Clause
// Variance in two passes: the mean, then the squares of the differences from it, less the square of
// what the rounding of the mean left in their sum.
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/math/sum.h"
#include "kernels/reduce/fold.h"

typedef struct moments {
    float mean;
    wick_exact_sum sum, squares;
} moments;

static void add_values(void *state, const wick_fold_row *row)
{
    moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        wick_exact_add(&m->sum, wick_element_load(row->input, at, row->params->in_dtype));
        at += row->stride;
    }
}

static void add_differences(void *state, const wick_fold_row *row)
{
    moments *const m = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float d = wick_element_load(row->input, at, row->params->in_dtype) - m->mean;
        wick_exact_add(&m->sum, d);
        wick_exact_add(&m->squares, d * d);
        at += row->stride;
    }
}

static void visit_variance(const wick_reduce_params *p, const void *input, ptrdiff_t first,
                           void *out, ptrdiff_t at)
{
    const float count = (float)wick_nest_count(p->dims + p->kept, p->reduced);
    const float divisor = count > p->number ? count - p->number : 0;
    moments m = {0};
    wick_fold_rows(p, input, first, add_values, &m);
    m.mean = m.sum.sum / count;
    m.sum = (wick_exact_sum){0, 0};
    wick_fold_rows(p, input, first, add_differences, &m);
    const float squares = m.squares.sum - m.sum.sum * m.sum.sum / count;
    const float variance = (squares < 0 ? 0 : squares) / divisor;
    wick_element_store_real(out, at, p->out_dtype, p->is_root ? wick_sqrt_f32(variance) : variance);
}

typedef struct present {
    wick_exact_sum total;
    uint64_t integers; // the sum, where out is of an integer type
    int64_t count;
} present;

static void add_present(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    present *const s = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float x = wick_element_load(row->input, at, p->in_dtype);
        if (x == x && !wick_element_is_real(p->out_dtype)) {
            s->integers += (uint64_t)wick_element_integer(row->input, at, p->in_dtype);
        } else if (x == x) {
            wick_exact_add(&s->total,
                           p->in_dtype == p->out_dtype ? x : wick_element_rounded(x, p->out_dtype));
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
    if (wick_element_is_real(p->out_dtype)) {
        wick_element_store_real(out, at, p->out_dtype,
                                p->is_mean ? s.total.sum / (float)s.count : s.total.sum);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)s.integers);
    }
}

void wick_fold_variance(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_variance);
}

void wick_fold_nansum(const wick_reduce_params *params, const void *input, void *out)
{
    if (!wick_element_is_real(params->in_dtype)) {
        wick_reduce_sum(params, input, out);
        return;
    }
    wick_fold_each(params, input, out, visit_nansum);
}
