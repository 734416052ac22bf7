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
    WICK_TRY(wick_check_arithmetic(call, common));
    if (self->dtype == WICK_COMPLEX64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("complex numbers"));
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

// Sets parameter i of a kernel for floating point, once the plan says of which type.
static void set_real(wick_unary_block *block, uint32_t i, double value)
{
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        block->parameters.wide[i] = value;
    } else {
        block->parameters.real[i] = (float)value;
    }
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

wick_status wick_exponent_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    return wick_dtype_is_float(dtype)
               ? plan_types(call, 1, dtype, WICK_INT32, &b->plan)
               : wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not floating point"));
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
    const int64_t digits = wick_call_int(call, 1);
    const bool is_down = digits < 0;
    double power = 1.0;
    WICK_TRY(plan_real(call, 2, &b->plan));
    for (int64_t left = digits; left != 0 && power < 0x1p+124; left += is_down ? 1 : -1) {
        power *= 10.0;
    }
    set_real(b, 0, power);
    set_real(b, 1, is_down ? 1.0 : 0.0);
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

static void real_bounds(const wick_call *call, wick_unary_block *block)
{
    double bounds[2] = {-__builtin_inf(), __builtin_inf()};
    for (uint32_t i = 0; i < 2; i++) {
        if (!wick_call_is_none(call, 1 + i)) {
            bounds[i] = wick_call_real(call, 1 + i);
        }
    }
    const bool is_nan = bounds[0] != bounds[0]; // it wins over the other bound
    set_real(block, 0, bounds[0]);
    set_real(block, 1, is_nan ? bounds[0] : bounds[1]);
}

static wick_status plan_bounds(const wick_call *call, uint32_t common, wick_unary_block *block)
{
    WICK_TRY(plan_as(call, 3, common, &block->plan));
    if (!wick_dtype_is_float(common)) {
        return integer_bounds(call, common, block->parameters.integer);
    }
    real_bounds(call, block);
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
    WICK_TRY(plan_real(call, 2, &b->plan));
    set_real(b, 0, wick_call_real(call, 1));
    return WICK_OK;
}

wick_status wick_two_parameters_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    WICK_TRY(plan_real(call, 3, &b->plan));
    set_real(b, 0, wick_call_real(call, 1));
    set_real(b, 1, wick_call_real(call, 2));
    return WICK_OK;
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

static void set_one_of_three(wick_unary_three_block *block, uint32_t i, double value)
{
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        block->parameters.wide[i] = value;
    } else {
        block->parameters.real[i] = (float)value;
    }
}

wick_status wick_elu_prepare(const wick_call *call, void *block)
{
    wick_unary_three_block *b = block;
    const double scale = wick_call_real(call, 2);
    WICK_TRY(plan_real(call, 4, &b->plan));
    set_one_of_three(b, 0, wick_call_real(call, 1) * scale);
    set_one_of_three(b, 1, scale);
    set_one_of_three(b, 2, wick_call_real(call, 3));
    return WICK_OK;
}

wick_status wick_logit_prepare(const wick_call *call, void *block)
{
    wick_unary_block *b = block;
    const double eps = wick_call_is_none(call, 1) ? -1.0 : wick_call_real(call, 1);
    WICK_TRY(plan_float(call, 2, &b->plan));
    set_real(b, 0, eps < 0.0 ? -__builtin_inf() : eps);
    set_real(b, 1, eps < 0.0 ? __builtin_inf() : 1.0 - eps);
    return WICK_OK;
}

// Largest finite number of a type.
static double largest(uint32_t dtype)
{
    if (dtype == WICK_FLOAT64) {
        return 0x1.fffffffffffffp+1023;
    }
    return dtype == WICK_FLOAT16 ? 65504.0 : dtype == WICK_BFLOAT16 ? 0x1.fep+127 : 0x1.fffffep+127;
}

wick_status wick_nan_to_num_prepare(const wick_call *call, void *block)
{
    wick_unary_three_block *b = block;
    const uint32_t dtype = wick_call_tensor(call, 0)->dtype;
    const double fallbacks[] = {0.0, largest(dtype), -largest(dtype)};
    WICK_TRY(plan_as(call, 4, dtype, &b->plan));
    if (!wick_dtype_is_float(b->plan.common_dtype)) { // all of an integer's values pass
        b->parameters.integer[0] = INT64_MIN;
        b->parameters.integer[1] = INT64_MAX;
        return WICK_OK;
    }
    for (uint32_t i = 0; i < 3; i++) {
        const bool is_none = wick_call_is_none(call, 1 + i);
        set_one_of_three(b, i, is_none ? fallbacks[i] : wick_call_real(call, 1 + i));
    }
    return WICK_OK;
}

static wick_status run_with(const wick_call *call, const wick_unary *plan, const void *parameters,
                            uint32_t out_arg, wick_unary_operation_f32 *real,
                            wick_unary_operation_f64 *wide, wick_unary_operation_i64 *integer)
{
    const void *in = wick_call_tensor(call, 0)->data;
    void *out = wick_call_tensor(call, out_arg)->data;
    if (WICK_HAS_FLOAT64 && plan->common_dtype == WICK_FLOAT64) {
        wick_unary_run_f64(plan, wide, parameters, in, out);
    } else if (wick_dtype_is_float(plan->common_dtype)) {
        wick_unary_run_f32(plan, real, parameters, in, out);
    } else {
        wick_unary_run_i64(plan, integer, parameters, in, out);
    }
    return WICK_OK;
}

static wick_status run_any(const wick_call *call, const wick_unary_block *block, uint32_t out_arg,
                           wick_unary_operation_f32 *real, wick_unary_operation_f64 *wide,
                           wick_unary_operation_i64 *integer)
{
    return run_with(call, &block->plan, &block->parameters, out_arg, real, wide, integer);
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
    return run_any(call, block, 3, REAL(clamp), wick_clamp_i64);
}

wick_status wick_elu_run(const wick_call *call, const void *block)
{
    const wick_unary_three_block *b = block;
    return run_with(call, &b->plan, &b->parameters, 4, REAL(elu), 0);
}

wick_status wick_nan_to_num_run(const wick_call *call, const void *block)
{
    const wick_unary_three_block *b = block;
    return run_with(call, &b->plan, &b->parameters, 4, REAL(nan_to_num), wick_clamp_i64);
}

wick_status wick_gelu_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    if (b->parameters.integer[0] != 0) {
        return run_any(call, b, 2, REAL(gelu_tanh), 0);
    }
    return run_any(call, b, 2, REAL(gelu_erf), 0);
}

wick_status wick_round_decimals_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    const bool is_wide = WICK_HAS_FLOAT64 && b->plan.common_dtype == WICK_FLOAT64;
    if (is_wide ? b->parameters.wide[1] != 0.0 : b->parameters.real[1] != 0.0f) {
        return run_any(call, b, 2, REAL(round_down), 0);
    }
    return run_any(call, b, 2, REAL(round_up), 0);
}

wick_status wick_bitwise_not_run(const wick_call *call, const void *block)
{
    const wick_unary_block *b = block;
    const bool is_bool = b->plan.common_dtype == WICK_BOOL;
    return run_any(call, b, 1, NONE, is_bool ? wick_logical_not_i64 : wick_bitwise_not_i64);
}
