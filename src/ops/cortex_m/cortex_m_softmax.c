// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_softmax.h"

#include "base/failure.h"
#include "kernels/quant/softmax_s8.h"
#include "ops/check.h"
#include "ops/cortex_m/cortex_m.h"

enum { INPUT, DIM, IN_ZERO, OUT_ZERO, MULTIPLIER, SHIFT, DIFF_MIN, OUT };

wick_status wick_cortex_m_softmax_prepare(const wick_call *call, void *block)
{
    wick_cortex_m_softmax_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    double scale;
    WICK_TRY(wick_cortex_m_int8(call, INPUT));
    WICK_TRY(wick_cortex_m_int8(call, OUT));
    WICK_TRY(wick_call_dim(call, DIM, wick_call_int(call, DIM), input->rank, &b->dim));
    WICK_TRY(wick_cortex_m_offset(call, IN_ZERO, &b->zero_point));
    if (wick_call_int(call, OUT_ZERO) != INT8_MIN) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, OUT_ZERO,
                              WICK_TEXT("zero point of out is not -128"));
    }
    WICK_TRY(wick_cortex_m_real_scale(call, MULTIPLIER, SHIFT, &scale));
    b->scale = (float)(scale / (1 << 26)); // the scale gives steps of 2^-26
    return wick_call_resize(call, OUT, input->rank, input->sizes);
}

wick_status wick_cortex_m_softmax_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_softmax_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    wick_softmax_s8_params p = {.zero_point = b->zero_point, .scale = b->scale};
    const uint32_t all = (1u << input->rank) - 1;
    p.kept = wick_tensor_nest(input, out, all & ~(1u << b->dim), p.dims);
    p.dims[p.kept] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(input, out, all & (1u << b->dim), p.dims + p.kept);
    wick_softmax_s8(&p, input->data, out->data);
    return WICK_OK;
}
