// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m.h"

#include "base/failure.h"

static wick_status int_between(const wick_call *call, uint32_t arg, int64_t value,
                               const int64_t bounds[2])
{
    if (value < bounds[0] || value > bounds[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("quantization parameter out of range"));
    }
    return WICK_OK;
}

wick_status wick_cortex_m_int(const wick_call *call, uint32_t arg, int64_t low, int64_t high,
                              int32_t *out)
{
    const int64_t bounds[2] = {low, high};
    const int64_t value = wick_call_int(call, arg);
    WICK_TRY(int_between(call, arg, value, bounds));
    *out = (int32_t)value;
    return WICK_OK;
}

wick_status wick_cortex_m_offset(const wick_call *call, uint32_t arg, int32_t *out)
{
    return wick_cortex_m_int(call, arg, -128, 128, out);
}

wick_status wick_cortex_m_range(const wick_call *call, wick_cortex_m_range_args args,
                                wick_quant_range *out)
{
    WICK_TRY(wick_cortex_m_offset(call, args.offset, &out->offset));
    WICK_TRY(wick_cortex_m_int(call, args.minimum, INT8_MIN, INT8_MAX, &out->minimum));
    return wick_cortex_m_int(call, args.maximum, INT8_MIN, INT8_MAX, &out->maximum);
}

wick_status wick_cortex_m_scale(const wick_call *call, uint32_t multiplier_arg, uint32_t shift_arg,
                                wick_quant_scale *out)
{
    WICK_TRY(wick_cortex_m_int(call, multiplier_arg, 0, INT32_MAX, &out->multiplier));
    return wick_cortex_m_int(call, shift_arg, INT32_MIN, WICK_QUANT_SHIFT_MAX, &out->shift);
}

wick_status wick_cortex_m_real_scale(const wick_call *call, uint32_t multiplier_arg,
                                     uint32_t shift_arg, double *out)
{
    int32_t multiplier;
    int32_t shift;
    WICK_TRY(wick_cortex_m_int(call, multiplier_arg, 1, INT32_MAX, &multiplier));
    WICK_TRY(wick_cortex_m_int(call, shift_arg, -64, 31, &shift));
    *out = multiplier;
    for (; shift < 31; shift++) {
        *out *= 0.5;
    }
    return WICK_OK;
}

wick_status wick_cortex_m_int8(const wick_call *call, uint32_t arg)
{
    if (wick_call_tensor(call, arg)->dtype != WICK_INT8) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("dtype is not i8"));
    }
    return WICK_OK;
}

static bool is_channels_last(const wick_tensor *tensor)
{
    static const uint8_t places[4] = {0, 3, 1, 2}; // of batch, channels, height, width
    uint32_t last = 0;
    for (uint32_t i = 0; i < 4; i++) {
        const uint32_t dim = tensor->dim_order[i];
        if (tensor->sizes[dim] == 1) {
            continue;
        }
        if (places[dim] < last) {
            return false;
        }
        last = places[dim];
    }
    return true;
}

wick_status wick_cortex_m_image(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    WICK_TRY(wick_cortex_m_int8(call, arg));
    if (tensor->rank != 4) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("tensor has not 4 dimensions"));
    }
    if (!is_channels_last(tensor)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("channels do not lie innermost"));
    }
    return WICK_OK;
}

wick_status wick_cortex_m_per_channel(const wick_call *call, uint32_t arg, int32_t count)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    if (tensor->dtype != WICK_INT32 || wick_tensor_count(tensor) != (size_t)count) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("tensor has not one i32 for each out channel"));
    }
    return WICK_OK;
}
