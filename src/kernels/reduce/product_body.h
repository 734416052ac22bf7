// SPDX-License-Identifier: BSD-3-Clause
// Products for one type of arithmetic; included with the parameters of kernels/element/in_f32.h.

static void multiply_reals(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    NUMBER *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        const NUMBER value = LOAD(row->input, at, p->in_dtype);
        *product *= p->in_dtype == p->out_dtype ? value : ROUNDED(value, p->out_dtype);
        at += row->stride;
    }
}

static void multiply_integers(void *state, const wick_fold_row *row)
{
    const wick_reduce_params *const p = row->params;
    uint64_t *const product = state;
    ptrdiff_t at = row->at;
    for (int32_t i = 0; i < row->count; i++) {
        *product *= p->out_dtype == WICK_BOOL ? REAL_OF(row->input, at, p->in_dtype) != 0
                                              : (uint64_t)INTEGER_OF(row->input, at, p->in_dtype);
        at += row->stride;
    }
}

static void visit(const wick_reduce_params *p, const void *input, ptrdiff_t first, void *out,
                  ptrdiff_t at)
{
    NUMBER real = 1;
    uint64_t integer = 1;
    if (IS_REAL(p->out_dtype)) {
        wick_fold_rows(p, input, first, multiply_reals, &real);
        STORE_REAL(out, at, p->out_dtype, real);
    } else {
        wick_fold_rows(p, input, first, multiply_integers, &integer);
        wick_element_store_integer(out, at, p->out_dtype, (int64_t)integer);
    }
}

void KERNEL(wick_fold_product)(const wick_reduce_params *params, const void *input, void *out)
{
    wick_fold_each(params, input, out, visit);
}
