// SPDX-License-Identifier: BSD-3-Clause
// Matrix products one element at a time for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

enum { CHUNK = 512 }; // products in one partial sum

static NUMBER dot(const wick_gemm_params *p, const void *x, const void *w, uint32_t dtype)
{
    NUMBER sum = 0;
    for (int32_t k = 0; k < p->depth; k += CHUNK) {
        const int32_t end = p->depth - k < CHUNK ? p->depth : k + CHUNK;
        NUMBER part = 0;
        for (int32_t i = k; i < end; i++) {
            part += REAL_OF(x, (ptrdiff_t)i * p->lhs_depth, dtype) *
                    REAL_OF(w, (ptrdiff_t)i * p->rhs_depth, dtype);
        }
        sum += part;
    }
    return sum;
}

static void product(const wick_gemm_params *p, const wick_gemm_data *data, uint32_t dtype,
                    NUMBER alpha, NUMBER beta)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const void *const x = wick_element_at(data->lhs, (ptrdiff_t)row * p->lhs_row, dtype);
        for (int32_t col = 0; col < p->cols; col++) {
            const void *const w = wick_element_at(data->rhs, (ptrdiff_t)col * p->rhs_col, dtype);
            NUMBER sum = alpha * dot(p, x, w, dtype);
            if (data->bias) {
                const ptrdiff_t i = (ptrdiff_t)row * p->bias_row + (ptrdiff_t)col * p->bias_col;
                sum += beta * REAL_OF(data->bias, i, dtype);
            }
            STORE_REAL(data->out, (ptrdiff_t)row * p->out_row + (ptrdiff_t)col * p->out_col, dtype,
                       sum);
        }
    }
}
