// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/gemm/gemm.h"

#include "kernels/element/in_f32.h"

#include "kernels/gemm/gemm_body.h"

void wick_gemm_half(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype)
{
    product(params, data, dtype, params->alpha, params->beta);
}

// Products and sums are taken modulo 2^64.
static uint64_t dot_integer(const wick_gemm_params *p, const void *x, const void *w, uint32_t dtype)
{
    uint64_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++) {
        sum += (uint64_t)wick_element_integer(x, (ptrdiff_t)k * p->lhs_depth, dtype) *
               (uint64_t)wick_element_integer(w, (ptrdiff_t)k * p->rhs_depth, dtype);
    }
    return sum;
}

void wick_gemm_integer(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype)
{
    const wick_gemm_params *const p = params;
    for (int32_t row = 0; row < p->rows; row++) {
        const void *const x = wick_element_at(data->lhs, (ptrdiff_t)row * p->lhs_row, dtype);
        for (int32_t col = 0; col < p->cols; col++) {
            const void *const w = wick_element_at(data->rhs, (ptrdiff_t)col * p->rhs_col, dtype);
            uint64_t sum = (uint64_t)p->integer_alpha * dot_integer(p, x, w, dtype);
            if (data->bias) {
                const ptrdiff_t i = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
                sum += (uint64_t)p->integer_beta *
                       (uint64_t)wick_element_integer(data->bias, i, dtype);
            }
            wick_element_store_integer(data->out,
                                       (ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col,
                                       dtype, (int64_t)sum);
        }
    }
}

void wick_gemm(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        wick_gemm_f32(params, data);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_gemm_half(params, data, dtype);
        break;
    default: // a type code, not an enumeration of ours
        wick_gemm_integer(params, data, dtype);
    }
}
