// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/batch_matmul_s8.h"

static int32_t dot(const wick_batch_matmul_s8_params *p, const int8_t *lhs, const int8_t *rhs)
{
    int32_t sum = 0;
    for (int32_t k = 0; k < p->depth; k++) {
        sum += (*lhs + p->lhs_offset) * (*rhs + p->rhs_offset);
        lhs += p->lhs_strides[2];
        rhs += p->rhs_strides[2];
    }
    return sum;
}

static void multiply(const wick_batch_matmul_s8_params *p, const int8_t *lhs, const int8_t *rhs,
                     int8_t *out)
{
    for (int32_t row = 0; row < p->rows; row++) {
        const int8_t *const left = lhs + (ptrdiff_t)row * p->lhs_strides[1];
        int8_t *to = out + (ptrdiff_t)row * p->out_strides[1];
        for (int32_t col = 0; col < p->cols; col++) {
            const int32_t sum = dot(p, left, rhs + (ptrdiff_t)col * p->rhs_strides[1]);
            const int32_t steps = wick_requantize(sum, p->scale.multiplier, p->scale.shift);
            *to = wick_quant_narrow(steps, &p->range);
            to += p->out_strides[2];
        }
    }
}

void wick_batch_matmul_s8(const wick_batch_matmul_s8_params *params, const int8_t *lhs,
                          const int8_t *rhs, int8_t *out)
{
    for (ptrdiff_t n = 0; n < params->batch; n++) {
        multiply(params, lhs + n * params->lhs_strides[0], rhs + n * params->rhs_strides[0],
                 out + n * params->out_strides[0]);
    }
}
