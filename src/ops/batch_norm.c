// SPDX-License-Identifier: BSD-3-Clause
#include "ops/batch_norm.h"

#include "base/failure.h"
#include "kernels/norm/batch_norm.h"
#include "ops/check.h"
#include "ops/float64.h"

enum { INPUT, WEIGHT, BIAS, MEAN, VARIANCE, MOMENTUM, EPSILON, OUT };
// The other form has `training` before the momentum.
enum { TRAINING = MOMENTUM, LEGIT_OUT = OUT + 1 };

// All parameters have the type of the mean: that of the input, or f32 beside a half input.
static wick_status check_parameter(const wick_call *call, uint32_t arg, int32_t channels)
{
    const wick_tensor *const parameter = wick_call_tensor(call, arg);
    if (parameter->rank != 1 || parameter->sizes[0] != channels) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("not one element for each channel"));
    }
    const uint32_t dtype = parameter->dtype;
    const bool fits = dtype == WICK_FLOAT32 || dtype == wick_call_tensor(call, INPUT)->dtype;
    if (!fits || dtype != wick_call_tensor(call, MEAN)->dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("dtype does not go with that of the input"));
    }
    return WICK_OK;
}

// Epsilon stands before `out`, the two statistics behind it: empty.
static wick_status prepare(const wick_call *call, uint32_t out, wick_batch_norm_block *block)
{
    static const int32_t none[1] = {0};
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    WICK_TRY(wick_call_real_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, out, INPUT));
    if (input->rank < 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("input has no dimension of channels"));
    }
    // Nothing is read for an empty input, and eager asks nothing of the parameters then.
    const bool is_empty = wick_tensor_count(input) == 0;
    for (uint32_t arg = WEIGHT; arg <= VARIANCE; arg++) {
        if (!is_empty && !wick_call_is_none(call, arg)) {
            WICK_TRY(check_parameter(call, arg, input->sizes[1]));
        }
    }
    WICK_TRY(wick_call_resize(call, out, input->rank, input->sizes));
    WICK_TRY(wick_call_resize(call, out + 1, 1, none));
    WICK_TRY(wick_call_resize(call, out + 2, 1, none));
    *block = (wick_batch_norm_block){(float)wick_call_real(call, out - 1), out};
    return WICK_OK;
}

wick_status wick_batch_norm_prepare(const wick_call *call, void *block)
{
    return prepare(call, OUT, block);
}

wick_status wick_batch_norm_legit_prepare(const wick_call *call, void *block)
{
    if (wick_call_bool(call, TRAINING)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, TRAINING,
                              WICK_TEXT("batch norm is in training mode"));
    }
    return prepare(call, LEGIT_OUT, block);
}

static const void *optional_data(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, arg);
    return tensor ? tensor->data : 0;
}

wick_status wick_batch_norm_run(const wick_call *call, const void *block)
{
    const wick_batch_norm_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const out = wick_call_tensor(call, b->out_arg);
    wick_batch_norm_params p = {.dtype = input->dtype,
                                .param_dtype = wick_call_tensor(call, MEAN)->dtype,
                                .epsilon = b->epsilon};
    // The channel stands first, of whatever size.
    p.dims[0] = (wick_nest_dim){1, 1, 1};
    wick_tensor_nest(input, out, 2u, p.dims);
    p.rank = 1 + wick_tensor_nest(input, out, ~2u, p.dims + 1);
    const wick_batch_norm_data data = {input->data,
                                       optional_data(call, WEIGHT),
                                       optional_data(call, BIAS),
                                       wick_call_tensor(call, MEAN)->data,
                                       wick_call_tensor(call, VARIANCE)->data,
                                       out->data};
    if (WICK_HAS_FLOAT64 != 0) {
        p.epsilon_f64 = wick_call_real(call, b->out_arg - 1);
    }
    void (*const kernel)(const wick_batch_norm_params *, const wick_batch_norm_data *) =
        WICK_KERNEL_FOR(p.dtype, wick_batch_norm);
    kernel(&p, &data);
    return WICK_OK;
}
