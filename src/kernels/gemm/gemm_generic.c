// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/element.h"
#include "kernels/gemm/gemm.h"

enum { CHUNK = 512 }; // products in one partial sum

static float dot_half(const wick_gemm_params *p, const void *x, const void *w, uint32_t dtype)
{
    float sum = 0;
    for (int32_t k = 0; k < p->depth; k += CHUNK) {
        const int32_t end = p->depth - k < CHUNK ? p->depth : k + CHUNK;
        float part = 0;
        for (int32_t i = k; i < end; i++) {
            part += wick_element_real(x, (ptrdiff_t)i * p->lhs_depth, dtype) *
                    wick_element_real(w, (ptrdiff_t)i * p->rhs_depth, dtype);
        }
        sum += part;
    }
    return sum;
}

void wick_gemm_half(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype)
{
    const wick_gemm_params *const p = params;
    for (int32_t row = 0; row < p->rows; row++) {
        const void *const x = wick_element_at(data->lhs, (ptrdiff_t)row * p->lhs_row, dtype);
        for (int32_t col = 0; col < p->cols; col++) {
            const void *const w = wick_element_at(data->rhs, (ptrdiff_t)col * p->rhs_col, dtype);
            float sum = p->alpha * dot_half(p, x, w, dtype);
            if (data->bias) {
                const ptrdiff_t i = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
                sum += p->beta * wick_element_real(data->bias, i, dtype);
            }
            wick_element_store_real(
                data->out, (ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col, dtype, sum);
        }
    }
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
