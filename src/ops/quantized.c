// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quantized.h"

#include "base/failure.h"

wick_status wick_call_s8(const wick_call *call, uint32_t arg)
{
    if (wick_call_tensor(call, arg)->dtype != WICK_INT8) {
        return wick_call_fail(call, WICK_INVALID_TYPE, arg, WICK_TEXT("dtype is not i8"));
    }
    return WICK_OK;
}

wick_status wick_call_int_in(const wick_call *call, uint32_t arg, int32_t min, int32_t max,
                             int32_t *out)
{
    const int64_t value = wick_call_int(call, arg);
    if (value < min || value > max) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, WICK_TEXT("number out of range"));
    }
    *out = (int32_t)value;
    return WICK_OK;
}

wick_status wick_call_scale(const wick_call *call, uint32_t multiplier_arg, uint32_t shift_arg,
                            double *out)
{
    int32_t multiplier;
    int32_t shift;
    WICK_TRY(wick_call_int_in(call, multiplier_arg, 1, INT32_MAX, &multiplier));
    WICK_TRY(wick_call_int_in(call, shift_arg, -64, 31, &shift));
    *out = multiplier;
    for (; shift < 31; shift++) {
        *out *= 0.5;
    }
    return WICK_OK;
}
