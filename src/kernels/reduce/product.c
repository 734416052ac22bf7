// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/element.h"
#include "kernels/reduce/fold.h"

static void multiply_reals(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    float *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const float value = wick_element_load(row->input, at, p->in_dtype);
        *product *= p->in_dtype == p->out_dtype ? value : wick_element_rounded(value, p->out_dtype);
        at += row->stride;
    }
}

static void multiply_integers(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    uint64_t *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        *product *= p->out_dtype == WICK_BOOL
                        ? wick_element_real(row->input, at, p->in_dtype) != 0
                        : (uint64_t)wick_element_integer(row->input, at, p->in_dtype);
        at += row->stride;
    }
}

static void visit(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                  ptrdiff_t at)
{
    float real = 1;
    uint64_t integer = 1;
    if (wick_element_is_real(p->out_dtype)) {
        wick_fold_rows(p, input, first, multiply_reals, &real);
        wick_element_store_real(out, at, p->out_dtype, real);
    } else {
        wick_fold_rows(p, input, first, multiply_integers, &integer);
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)integer);
    }
}

void wick_fold_product(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit);
}
