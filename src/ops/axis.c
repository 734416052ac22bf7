// SPDX-License-Identifier: BSD-3-Clause
#include "ops/axis.h"

#include "base/failure.h"

enum { INPUT, WEIGHT };

static wick_status check_kernel(const wick_call *call, const wick_axis *axis)
{
    if (axis->kernel < 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT, WICK_TEXT("kernel of size 0"));
    }
    return WICK_OK;
}

wick_status wick_axis_forward(const wick_call *call, wick_axis *axis)
{
    WICK_TRY(check_kernel(call, axis));
    const int64_t padded = (int64_t)axis->in + 2 * (int64_t)axis->padding;
    const int64_t extent = (int64_t)(axis->kernel - 1) * axis->dilation + 1;
    if (padded > INT32_MAX / 2 || extent > padded) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("kernel is larger than the padded input"));
    }
    axis->out = (int32_t)(padded - extent) / axis->stride + 1;
    return WICK_OK;
}

wick_status wick_axis_transposed(const wick_call *call, wick_axis *axis,
                                 uint32_t output_padding_arg)
{
    WICK_TRY(check_kernel(call, axis));
    if (axis->output_padding >= axis->stride && axis->output_padding >= axis->dilation) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, output_padding_arg,
                              WICK_TEXT("output padding must be below stride or dilation"));
    }
    // Each product is below 2^62.
    const int64_t full = (int64_t)(axis->in - 1) * axis->stride +
                         (int64_t)(axis->kernel - 1) * axis->dilation + axis->output_padding + 1;
    const int64_t out = full - 2 * (int64_t)axis->padding;
    if (full > INT32_MAX || out < 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("result would have a size below 0 or above 2147483647"));
    }
    axis->out = (int32_t)out;
    return WICK_OK;
}
