// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_linear.h"

#include "base/failure.h"
#include "ops/cortex_m/cortex_m.h"

enum {
    INPUT,
    WEIGHT,
    BIAS,
    KERNEL_SUM,
    INPUT_OFFSET,
    WEIGHT_OFFSET,
    OUTPUT_OFFSET,
    MULTIPLIERS,
    SHIFTS,
    MAXIMUM,
    MINIMUM,
    OUT
};

static wick_status check_tensors(const wick_call *call)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    WICK_TRY(wick_cortex_m_int8(call, INPUT));
    WICK_TRY(wick_cortex_m_int8(call, WEIGHT));
    WICK_TRY(wick_cortex_m_int8(call, OUT));
    if (weight->rank != 2 || !wick_tensor_is_contiguous(weight)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight has not 2 contiguous dimensions"));
    }
    if (input->rank < 1 || input->sizes[input->rank - 1] != weight->sizes[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("last dimension of input is not that of weight"));
    }
    for (uint32_t arg = BIAS; arg <= KERNEL_SUM; arg++) {
        if (!wick_call_is_none(call, arg)) {
            WICK_TRY(wick_cortex_m_per_channel(call, arg, weight->sizes[0]));
        }
    }
    return WICK_OK;
}

static wick_status read_scale(const wick_call *call, wick_quant_scale *scale)
{
    if (wick_call_list_count(call, MULTIPLIERS) != 1 || wick_call_list_count(call, SHIFTS) != 1) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, MULTIPLIERS,
                              WICK_TEXT("not one multiplier and one shift for all channels"));
    }
    const int64_t multiplier = wick_call_int_at(call, MULTIPLIERS, 0);
    const int64_t shift = wick_call_int_at(call, SHIFTS, 0);
    if (multiplier < 0 || multiplier > INT32_MAX || shift < INT32_MIN ||
        shift > WICK_QUANT_SHIFT_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MULTIPLIERS,
                              WICK_TEXT("multiplier below 0 or shift above 31"));
    }
    *scale = (wick_quant_scale){(int32_t)multiplier, (int32_t)shift};
    return WICK_OK;
}

static wick_status set_shapes(const wick_call *call, wick_quant_linear_params *b)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const uint32_t last = input->rank - 1u;
    int32_t sizes[WICK_MAX_RANK];
    size_t rows = 1; // at most the elements of out, which fit
    for (uint32_t i = 0; i < last; i++) {
        sizes[i] = input->sizes[i];
        rows *= (size_t)sizes[i];
    }
    b->depth = input->sizes[last];
    b->cols = sizes[last] = wick_call_tensor(call, WEIGHT)->sizes[0];
    WICK_TRY(wick_call_resize(call, OUT, input->rank, sizes));
    b->rows = b->cols == 0 ? 0 : (int32_t)rows;
    if (!wick_tensor_is_contiguous(input) ||
        !wick_tensor_is_contiguous(wick_call_tensor(call, OUT))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INPUT,
                              WICK_TEXT("input and out are not both contiguous"));
    }
    return WICK_OK;
}

wick_status wick_cortex_m_linear_prepare(const wick_call *call, void *block)
{
    wick_cortex_m_linear_block *const held = block;
    wick_quant_linear_params *const b = &held->params;
    const wick_cortex_m_range_args range = {OUTPUT_OFFSET, MINIMUM, MAXIMUM};
    WICK_TRY(check_tensors(call));
    WICK_TRY(wick_cortex_m_offset(call, INPUT_OFFSET, &b->input_offset));
    WICK_TRY(wick_cortex_m_offset(call, WEIGHT_OFFSET, &b->weight_offset));
    WICK_TRY(wick_cortex_m_range(call, range, &b->range));
    WICK_TRY(read_scale(call, &held->scale));
    b->scale_step = 0;
    b->is_backward = 0;
    if (!wick_call_is_none(call, KERNEL_SUM)) { // holds bias and the share of the input offset
        b->input_offset = 0;
    }
    return set_shapes(call, b);
}

wick_status wick_cortex_m_linear_run(const wick_call *call, const void *block)
{
    const wick_cortex_m_linear_block *const b = block;
    const wick_tensor *const sum = wick_call_optional_tensor(call, KERNEL_SUM);
    const wick_tensor *const bias = sum ? sum : wick_call_optional_tensor(call, BIAS);
    const wick_quant_linear_data data = {.input = wick_call_tensor(call, INPUT)->data,
                                         .weight = wick_call_tensor(call, WEIGHT)->data,
                                         .bias = bias ? bias->data : 0,
                                         .multipliers = &b->scale.multiplier,
                                         .shifts = &b->scale.shift,
                                         .out = wick_call_tensor(call, OUT)->data};
    wick_linear_s8(&b->params, &data);
    return WICK_OK;
}
