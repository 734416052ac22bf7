// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/key.h"
#include "kernels/reduce/fold.h"

static void count_row(void *state, const wick_fold_row *row)
{
    int64_t *const count = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        *count += wick_element_key(row->input, at, row->params->in_dtype) != 0;
        at += row->stride;
    }
}

static int64_t count(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    int64_t found = 0;
    wick_fold_rows(p, input, first, count_row, &found);
    return found;
}

static void visit_count(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                        ptrdiff_t at)
{
    ((int64_t *)out)[at] = count(p, input, first);
}

static void visit_any(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                      ptrdiff_t at)
{
    ((uint8_t *)out)[at] = count(p, input, first) != 0;
}

static void visit_all(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                      ptrdiff_t at)
{
    const size_t elements = wick_nest_count(p->dims + p->kept, p->reduced);
    ((uint8_t *)out)[at] = count(p, input, first) == (int64_t)elements;
}

void wick_fold_count(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_count);
}

void wick_fold_any(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_any);
}

void wick_fold_all(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit_all);
}
