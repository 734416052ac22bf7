// SPDX-License-Identifier: BSD-3-Clause
#include "ops/unary.h"

#include "base/failure.h"
#include "ops/promote.h"
#include "ops/scalar.h"

// Plans an operator that computes in `common`, with a result of type `result`, and shapes `out`
// like argument 0.
static wick_status plan_types(const wick_call *call, uint32_t out_arg, uint32_t common,
                              uint32_t result, wick_unary *plan)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    if (common == WICK_FLOAT64 || common == WICK_UINT16 || common == WICK_DTYPE_UNKNOWN) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0,
                              WICK_TEXT("no arithmetic on float64 and uint16"));
    }
    if (!wick_dtype_can_cast(result, out->dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, out_arg,
                              WICK_TEXT("out cannot hold the type of the result"));
    }
    WICK_TRY(wick_call_resize(call, out_arg, self->rank, self->sizes));
    if (!wick_tensor_same_order(self, out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, out_arg,
                              WICK_TEXT("self and out differ in dim order"));
    }
    plan->count = (uint32_t)wick_tensor_count(out);
    plan->in_dtype = self->dtype;
    plan->common_dtype = (uint8_t)common;
    plan->out_dtype = out->dtype;
    return WICK_OK;
}

static wick_status plan_as(const wick_call *call, uint32_t out_arg, uint32_t common,
                           wick_unary *plan)
{
    return plan_types(call, out_arg, common, common, plan);
}

static wick_status plan_real(const wick_call *call, uint32_t out_arg, wick_unary *plan)
{
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    if (!wick_dtype_is_float(dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for floating point only"));
    }
    return plan_as(call, out_arg, dtype, plan);
}

// Integers are computed as float32.
static wick_status plan_float(const wick_call *call, uint32_t out_arg, wick_unary *plan)
{
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    return plan_as(call, out_arg, wick_dtype_is_float(dtype) ? dtype : WICK_FLOAT32, plan);
}

wick_status wick_unary_float_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    return plan_float(call, 1, &b->plan);
}

wick_status wick_unary_real_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    return plan_real(call, 1, &b->plan);
}

static wick_status refuse_bool(const wick_call *call)
{
    if (wick_call_tensor(call, 0)->dtype == WICK_BOOL) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not defined for bool"));
    }
    return WICK_OK;
}

// Integers are clamped from `smallest` on.
static wick_status plan_number(const wick_call *call, int64_t smallest, wick_unary_block *block)
{
    WICK_TRY(refuse_bool(call));
    WICK_TRY(plan_as(call, 1, wick_call_tensor(call, 0)->dtype, &block->plan));
    if (!wick_dtype_is_float(block->plan.common_dtype)) {
        block->parameters.integer[0] = smallest;
        block->parameters.integer[1] = INT64_MAX;
    }
    return WICK_OK;
}

// Predicates take every type; on integers the kernels need no more than int64.
wick_status wick_unary_predicate_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    return plan_types(call, 1, wick_call_tensor(call, 0)->dtype, WICK_BOOL, &b->plan);
}

// All of an integer's values pass.
static void unbounded(wick_unary_block *block)
{
    if (!wick_dtype_is_float(block->plan.common_dtype)) {
        block->parameters.integer[0] = INT64_MIN;
        block->parameters.integer[1] = INT64_MAX;
    }
}

wick_status wick_unary_any_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    return plan_as(call, 1, wick_call_tensor(call, 0)->dtype, &b->plan);
}

wick_status wick_bitwise_not_prepare(const wick_call *call, void *block)
{
    if (wick_dtype_is_float(wick_call_tensor(call, 0)->dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for integers and bool only"));
    }
    return wick_unary_any_prepare(call, block);
}

wick_status wick_relu_prepare(const wick_call *call, void *block)
{
    return plan_number(call, 0, block);
}

wick_status wick_round_prepare(const wick_call *call, void *block)
{
    return plan_number(call, INT64_MIN, block);
}

wick_status wick_number_prepare(const wick_call *call, void *block)
{
    return plan_number(call, INT64_MIN, block);
}

// Powers of 10 up to the largest float; by more digits every float is itself, or 0.
wick_status wick_round_decimals_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    int64_t digits = wick_call_int(call, 1);
    WICK_TRY(plan_real(call, 2, &b->plan));
    b->parameters.real[1] = digits < 0 ? 1.0f : 0.0f;
    b->parameters.real[0] = 1.0f;
    for (digits = digits < 0 ? -digits : digits; digits != 0 && b->parameters.real[0] < 0x1p+127f;
         digits -= digits < 0 ? -1 : 1) {
        b->parameters.real[0] *= 10.0f;
    }
    return WICK_OK;
}

// Bounds from arguments 1 and 2, either of which may be None.
static wick_status integer_bounds(const wick_call *call, uint32_t dtype, int64_t bounds[2])
{
    bounds[0] = INT64_MIN;
    bounds[1] = INT64_MAX;
    for (uint32_t i = 0; i < 2; i++) {
        if (!wick_call_is_none(call, 1 + i)) {
            WICK_TRY(wick_call_integer(call, 1 + i, dtype, &bounds[i]));
        }
    }
    return WICK_OK;
}

static void real_bounds(const wick_call *call, float bounds[2])
{
    bounds[0] = -__builtin_inff();
    bounds[1] = __builtin_inff();
    for (uint32_t i = 0; i < 2; i++) {
        if (!wick_call_is_none(call, 1 + i)) {
            bounds[i] = (float)wick_call_real(call, 1 + i);
        }
    }
    if (bounds[0] != bounds[0]) { // NaN wins over the other bound
        bounds[1] = bounds[0];
    }
}

static wick_status plan_bounds(const wick_call *call, uint32_t common, wick_unary_block *block)
{
    WICK_TRY(plan_as(call, 3, common, &block->plan));
    if (!wick_dtype_is_float(common)) {
        return integer_bounds(call, common, block->parameters.integer);
    }
    real_bounds(call, block->parameters.real);
    return WICK_OK;
}

wick_status wick_hardtanh_prepare(const wick_call *call, void *block)
{
    WICK_TRY(refuse_bool(call));
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    if (dtype == WICK_UINT8 &&
        (wick_call_scalar_int(call, 1) < 0 || wick_call_scalar_int(call, 2) < 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("negative limit on an unsigned type"));
    }
    return plan_bounds(call, dtype, block);
}

wick_status wick_clamp_prepare(const wick_call *call, void *block)
{
    if (wick_call_is_none(call, 1) && wick_call_is_none(call, 2)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("min and max are both None"));
    }
    uint32_t common = wick_call_tensor(call, 0)->dtype;
    if (!wick_dtype_is_float(common)) {
        wick_promotion types = WICK_PROMOTION_NONE;
        for (uint32_t arg = 0; arg < 3; arg++) {
            wick_promotion_add(&types, call, arg);
        }
        common = wick_promotion_result(&types);
    }
    if (common == WICK_BOOL) {
        return refuse_bool(call);
    }
    return plan_bounds(call, common, block);
}

wick_status wick_gelu_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const bool is_tanh = wick_call_is_text(call, 1, "tanh");
    if (!is_tanh && !wick_call_is_text(call, 1, "none")) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("approximate is neither 'none' nor 'tanh'"));
    }
    b->parameters.integer[0] = is_tanh;
    return plan_real(call, 2, &b->plan);
}

wick_status wick_leaky_relu_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    b->parameters.real[0] = (float)wick_call_real(call, 1);
    return plan_real(call, 2, &b->plan);
}

wick_status wick_two_parameters_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    b->parameters.real[0] = (float)wick_call_real(call, 1);
    b->parameters.real[1] = (float)wick_call_real(call, 2);
    return plan_real(call, 3, &b->plan);
}

wick_status wick_threshold_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    WICK_TRY(refuse_bool(call));
    if (wick_dtype_is_float(dtype)) {
        return wick_two_parameters_prepare(call, block);
    }
    WICK_TRY(plan_as(call, 3, dtype, &b->plan));
    WICK_TRY(wick_call_integer(call, 1, dtype, &b->parameters.integer[0]));
    return wick_call_integer(call, 2, dtype, &b->parameters.integer[1]);
}

wick_status wick_elu_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const float scale = (float)wick_call_real(call, 2);
    b->parameters.real[0] = (float)wick_call_real(call, 1) * scale;
    b->parameters.real[1] = scale;
    b->parameters.real[2] = (float)wick_call_real(call, 3);
    return plan_real(call, 4, &b->plan);
}

wick_status wick_logit_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const float eps = wick_call_is_none(call, 1) ? -1.0f : (float)wick_call_real(call, 1);
    b->parameters.real[0] = eps < 0.0f ? -__builtin_inff() : eps;
    b->parameters.real[1] = eps < 0.0f ? __builtin_inff() : 1.0f - eps;
    return plan_float(call, 2, &b->plan);
}

// Largest finite number of a type.
static float largest(uint32_t dtype)
{
    return dtype == WICK_FLOAT16    ? 65504.0f
           : dtype == WICK_BFLOAT16 ? 0x1.fep+127f
                                    : 0x1.fffffep+127f;
}

wick_status wick_nan_to_num_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    const float fallbacks[] = {0.0f, largest(dtype), -largest(dtype)};
    WICK_TRY(plan_as(call, 4, dtype, &b->plan));
    for (uint32_t i = 0; i < 3; i++) {
        const bool is_none = wick_call_is_none(call, 1 + i);
        b->parameters.real[i] = is_none ? fallbacks[i] : (float)wick_call_real(call, 1 + i);
    }
    unbounded(b);
    return WICK_OK;
}

static wick_status run_f32(const wick_call *call, const wick_unary_block *block, uint32_t out_arg,
                           wick_unary_operation_f32 *operation)
{
    wick_unary_run_f32(&block->plan, operation, block->parameters.real,
                       wick_call_tensor(call, 0)->data, wick_call_tensor(call, out_arg)->data);
    return WICK_OK;
}

static wick_status run_any(const wick_call *call, const wick_unary_block *block, uint32_t out_arg,
                           wick_unary_operation_f32 *real, wick_unary_operation_i64 *integer)
{
    if (wick_dtype_is_float(block->plan.common_dtype)) {
        return run_f32(call, block, out_arg, real);
    }
    wick_unary_run_i64(&block->plan, integer, block->parameters.integer,
                       wick_call_tensor(call, 0)->data, wick_call_tensor(call, out_arg)->data);
    return WICK_OK;
}

#define WICK_RUN(id, out, real, integer)                                  \
    wick_status wick_##id##_run(const wick_call *call, const void *block) \
    {                                                                     \
        return run_any(call, block, out, real, integer);                  \
    }
#include "ops/unary_runs.def"
#undef WICK_RUN

wick_status wick_clamp_run(const wick_call *call, const void *block)
{
    return run_any(call, block, 3, wick_clamp_f32, wick_clamp_i64);
}

wick_status wick_gelu_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    return run_f32(call, b, 2,
                   b->parameters.integer[0] != 0 ? wick_gelu_tanh_f32 : wick_gelu_erf_f32);
}

wick_status wick_round_decimals_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    return run_f32(call, b, 2,
                   b->parameters.real[1] != 0.0f ? wick_round_down_f32 : wick_round_up_f32);
}

wick_status wick_bitwise_not_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    const bool is_bool = b->plan.common_dtype == WICK_BOOL;
    return run_any(call, b, 1, 0, is_bool ? wick_logical_not_i64 : wick_bitwise_not_i64);
}
