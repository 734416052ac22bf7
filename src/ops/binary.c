// SPDX-License-Identifier: BSD-3-Clause
#include "ops/binary.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/promote.h"

enum { ROUND_NONE, ROUND_TRUNC, ROUND_FLOOR };

// Size of dimension i of a shape of `rank` dimensions, aligned at the last one; 1 where the tensor
// has none.
static int32_t broadcast_size(const wick_tensor *tensor, uint32_t rank, uint32_t i)
{
    return i + tensor->rank < rank ? 1 : tensor->sizes[i + tensor->rank - rank];
}

static wick_status broadcast_shape(const wick_call *call, const wick_tensor *self,
                                   const wick_tensor *other, wick_layout *layout)
{
    layout->rank = self->rank > other->rank ? self->rank : other->rank;
    for (uint32_t i = 0; i < layout->rank; i++) {
        const int32_t a = broadcast_size(self, layout->rank, i);
        const int32_t b = broadcast_size(other, layout->rank, i);
        if (a != b && a != 1 && b != 1) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                                  WICK_TEXT("shapes do not broadcast"));
        }
        layout->sizes[i] = a == 1 ? b : a;
    }
    return WICK_OK;
}

static void broadcast_strides(const wick_tensor *tensor, uint32_t rank, int32_t *strides)
{
    int32_t own[WICK_MAX_RANK];
    wick_tensor_strides(tensor, own);
    for (uint32_t i = 0; i < rank; i++) {
        const bool is_repeated = broadcast_size(tensor, rank, i) == 1;
        strides[i] = is_repeated ? 0 : own[i + tensor->rank - rank];
    }
}

// Operand k; a Scalar is a tensor of rank 0.
static const wick_tensor *operand(const wick_call *call, const wick_binary_block *block, uint32_t k)
{
    static const wick_tensor scalar = {.kind = WICK_VALUE_TENSOR};
    const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
    return tensor != 0 ? tensor : &scalar;
}

// Shape of out and the walk.
static wick_status plan_shape(const wick_call *call, uint32_t out_arg, wick_binary_block *block)
{
    const wick_tensor *self = operand(call, block, 0);
    const wick_tensor *other = operand(call, block, 1);
    wick_layout layout;
    WICK_TRY(broadcast_shape(call, self, other, &layout));
    WICK_TRY(wick_call_resize(call, out_arg, layout.rank, layout.sizes));
    broadcast_strides(self, layout.rank, layout.strides[0]);
    broadcast_strides(other, layout.rank, layout.strides[1]);
    block->out_arg = (uint8_t)out_arg;
    block->other_count = (uint32_t)wick_tensor_count(other);
    return wick_layout_walk(call, out_arg, &layout, wick_call_tensor(call, out_arg)->dim_order,
                            &block->plan.walk);
}

// The Scalar operand k as a number of the type computed with.
static void plan_scalar(const wick_call *call, uint32_t k, wick_binary_block *block)
{
    const uint32_t common = block->plan.common_dtype;
    if (WICK_HAS_FLOAT64 && common == WICK_FLOAT64) {
        block->other.wide = wick_call_real(call, block->args[k]);
        block->plan.dtypes[k] = WICK_FLOAT64;
    } else if (wick_dtype_is_float(common)) {
        block->other.real = (float)wick_call_real(call, block->args[k]);
        block->plan.dtypes[k] = WICK_FLOAT32;
    } else {
        block->other.integer = wick_call_scalar_int(call, block->args[k]);
        wick_round_i64(common, 1, &block->other.integer);
        block->plan.dtypes[k] = WICK_INT64;
    }
}

static uint32_t result_type(const wick_call *call)
{
    wick_promotion types = WICK_PROMOTION_NONE;
    wick_promotion_add(&types, call, 0);
    wick_promotion_add(&types, call, 1);
    return wick_promotion_result(&types);
}

static bool is_whole(uint32_t dtype)
{
    return dtype == WICK_BOOL || wick_dtype_is_integer(dtype);
}

// What a plan is made for: computed in `common`, a result of type `result`.
typedef struct types {
    uint32_t common;
    uint32_t result;
} types;

// Operands are arguments 0 and 1, `is_swapped`: 1 and 0.
static wick_status plan_types(const wick_call *call, uint32_t out_arg, types wanted,
                              bool is_swapped, wick_binary_block *block)
{
    const uint32_t common = wanted.common;
    const uint32_t out_dtype = wick_call_tensor(call, out_arg)->dtype;
    WICK_TRY(wick_check_arithmetic(call, common));
    if (!wick_dtype_can_cast(wanted.result, out_dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, out_arg,
                              WICK_TEXT("out cannot hold the type of the result"));
    }
    block->args[0] = is_swapped ? 1 : 0;
    block->args[1] = is_swapped ? 0 : 1;
    block->plan.common_dtype = (uint8_t)common;
    block->plan.out_dtype = (uint8_t)out_dtype;
    block->plan.rounds_float = false;
    block->rounding = ROUND_NONE;
    for (uint32_t k = 0; k < 2; k++) {
        const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
        if (tensor != 0) {
            block->plan.dtypes[k] = tensor->dtype;
        } else {
            plan_scalar(call, k, block);
        }
    }
    return plan_shape(call, out_arg, block);
}

static wick_status plan_as(const wick_call *call, uint32_t out_arg, uint32_t common,
                           wick_binary_block *block)
{
    return plan_types(call, out_arg, (types){common, common}, false, block);
}

wick_status wick_binary_prepare(const wick_call *call, void *block)
{
    return plan_as(call, 2, result_type(call), block);
}

// The parameter of a kernel for floating point.
static void set_scale(wick_binary_block *block, double scale)
{
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        block->scale.wide = scale;
    } else {
        block->scale.real = (float)scale;
    }
}

static wick_status plan_scale(const wick_call *call, bool is_negated, wick_binary_block *block)
{
    const uint32_t common = block->plan.common_dtype;
    const wick_value *alpha = wick_call_value(call, 2);
    if (wick_dtype_is_float(common)) {
        const double scale = wick_call_real(call, 2);
        set_scale(block, is_negated ? -scale : scale);
        return WICK_OK;
    }
    if (alpha->kind == WICK_VALUE_REAL || (alpha->kind == WICK_VALUE_BOOL && common != WICK_BOOL)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 2,
                              WICK_TEXT("alpha is of a higher type than the result"));
    }
    int64_t scale = alpha->integer.value;
    wick_round_i64(common, 1, &scale);
    block->scale.integer = is_negated ? wick_sum_i64(0, -1, scale) : scale;
    return WICK_OK;
}

wick_status wick_add_prepare(const wick_call *call, void *block)
{
    WICK_TRY(plan_as(call, 3, result_type(call), block));
    return plan_scale(call, false, block);
}

static bool is_bool(const wick_value *value)
{
    return value->kind == WICK_VALUE_BOOL ||
           (value->kind == WICK_VALUE_TENSOR && value->tensor.dtype == WICK_BOOL);
}

static wick_status refuse_bool(const wick_call *call)
{
    if (is_bool(wick_call_value(call, 0)) || is_bool(wick_call_value(call, 1))) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not defined for bool"));
    }
    return WICK_OK;
}

wick_status wick_sub_prepare(const wick_call *call, void *block)
{
    WICK_TRY(refuse_bool(call));
    WICK_TRY(plan_as(call, 3, result_type(call), block));
    return plan_scale(call, true, block);
}

// other - alpha * self: a difference with its operands swapped.
wick_status wick_rsub_prepare(const wick_call *call, void *block)
{
    WICK_TRY(refuse_bool(call));
    const uint32_t common = result_type(call);
    WICK_TRY(plan_types(call, 3, (types){common, common}, true, block));
    return plan_scale(call, true, block);
}

static wick_status plan_true_division(const wick_call *call, uint32_t out_arg, void *block)
{
    const uint32_t common = result_type(call);
    return plan_as(call, out_arg, is_whole(common) ? WICK_FLOAT32 : common, block);
}

wick_status wick_div_prepare(const wick_call *call, void *block)
{
    return plan_true_division(call, 2, block);
}

wick_status wick_div_mode_prepare(const wick_call *call, void *block)
{
    if (wick_call_is_none(call, 2)) {
        return plan_true_division(call, 3, block);
    }
    const bool is_floor = wick_call_is_text(call, 2, "floor");
    if (!is_floor && !wick_call_is_text(call, 2, "trunc")) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 2,
                              WICK_TEXT("rounding_mode is none of None, 'floor', 'trunc'"));
    }
    const uint32_t common = result_type(call);
    if (common == WICK_BOOL) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not defined for bool"));
    }
    WICK_TRY(plan_as(call, 3, common, block));
    ((wick_binary_block *)block)->rounding = is_floor ? ROUND_FLOOR : ROUND_TRUNC;
    return WICK_OK;
}

wick_status wick_floor_divide_prepare(const wick_call *call, void *block)
{
    const uint32_t common = result_type(call);
    if (common == WICK_BOOL) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not defined for bool"));
    }
    WICK_TRY(plan_as(call, 2, common, block));
    ((wick_binary_block *)block)->rounding = ROUND_FLOOR;
    return WICK_OK;
}

wick_status wick_not_bool_prepare(const wick_call *call, void *block)
{
    const uint32_t common = result_type(call);
    if (common == WICK_BOOL) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0, WICK_TEXT("not defined for bool"));
    }
    return plan_as(call, 2, common, block);
}

wick_status wick_pow_prepare(const wick_call *call, void *block)
{
    const uint32_t common = result_type(call);
    const wick_value *exponent = wick_call_value(call, 1);
    if (is_whole(common) && exponent->kind == WICK_VALUE_INT && exponent->integer.value < 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("integers to a negative integer power"));
    }
    return plan_as(call, 2, common, block);
}

// Operands are compared as the type that holds both; numbers are rounded to it first.
wick_status wick_compare_prepare(const wick_call *call, void *block)
{
    wick_binary_block *b = block;
    WICK_TRY(plan_types(call, 2, (types){result_type(call), WICK_BOOL}, false, b));
    b->plan.rounds_float =
        wick_dtype_is_float(b->plan.common_dtype) && b->plan.common_dtype != WICK_FLOAT32;
    return WICK_OK;
}

wick_status wick_binary_float_prepare(const wick_call *call, void *block)
{
    return plan_true_division(call, 2, block);
}

wick_status wick_binary_real_prepare(const wick_call *call, void *block)
{
    const uint32_t common = result_type(call);
    if (is_whole(common)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for floating point only"));
    }
    return plan_as(call, 2, common, block);
}

wick_status wick_binary_whole_prepare(const wick_call *call, void *block)
{
    const uint32_t common = result_type(call);
    if (!is_whole(common)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for integers and bool only"));
    }
    return plan_as(call, 2, common, block);
}

wick_status wick_shift_prepare(const wick_call *call, void *block)
{
    wick_binary_block *b = block;
    WICK_TRY(wick_binary_whole_prepare(call, block));
    b->scale.integer = 8 * (int64_t)wick_dtype_size_bytes(b->plan.common_dtype);
    return WICK_OK;
}

wick_status wick_lerp_scalar_prepare(const wick_call *call, void *block)
{
    wick_binary_block *b = block;
    const uint32_t common = result_type(call);
    if (is_whole(common)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for floating point only"));
    }
    WICK_TRY(plan_as(call, 3, common, block));
    set_scale(b, wick_call_real(call, 2));
    return WICK_OK;
}

static wick_binary_data operands(const wick_call *call, const wick_binary_block *block)
{
    wick_binary_data data = {.out = wick_call_tensor(call, block->out_arg)->data};
    for (uint32_t k = 0; k < 2; k++) {
        const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
        data.operands[k] = tensor != 0 ? tensor->data : (const void *)&block->other;
    }
    return data;
}

static wick_status run_any(const wick_call *call, const wick_binary_block *block,
                           wick_binary_operation_f32 *real, wick_binary_operation_f64 *wide,
                           wick_binary_operation_i64 *integer)
{
    if (block->plan.walk.rank == 0) {
        return WICK_OK;
    }
    const wick_binary_data data = operands(call, block);
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        wick_binary_run_f64(&block->plan, wide, &block->scale.wide, &data);
    } else if (wick_dtype_is_float(block->plan.common_dtype)) {
        wick_binary_run_f32(&block->plan, real, &block->scale.real, &data);
    } else {
        wick_binary_run_i64(&block->plan, integer, &block->scale.integer, &data);
    }
    return WICK_OK;
}

wick_status wick_add_run(const wick_call *call, const void *block)
{
    const wick_binary_block *b = block;
    wick_binary_operation_f32 *real = wick_add_scaled_f32;
    if (b->scale.real == 1.0f) {
        real = wick_add_f32;
    } else if (b->scale.real == -1.0f) {
        real = wick_sub_f32;
    }
    return run_any(call, b, real, WICK_IN_FLOAT64(wick_add_scaled_f64), wick_add_scaled_i64);
}

#define WICK_RUN(id, real, integer)                                       \
    wick_status wick_##id##_run(const wick_call *call, const void *block) \
    {                                                                     \
        return run_any(call, block, real, integer);                       \
    }
#include "ops/binary_runs.def"
#undef WICK_RUN

// Division and remainders of integers: no 0 among the divisors.
static wick_status check_divisors(const wick_call *call, const wick_binary_block *block)
{
    if (block->plan.walk.rank != 0 && !wick_dtype_is_float(block->plan.common_dtype) &&
        wick_holds_zero(block->plan.dtypes[1], block->plan.common_dtype, block->other_count,
                        operands(call, block).operands[1])) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("integer division by zero"));
    }
    return WICK_OK;
}

wick_status wick_fmod_run(const wick_call *call, const void *block)
{
    WICK_TRY(check_divisors(call, block));
    return run_any(call, block, REAL(fmod_each), wick_fmod_each_i64);
}

wick_status wick_remainder_run(const wick_call *call, const void *block)
{
    WICK_TRY(check_divisors(call, block));
    return run_any(call, block, REAL(remainder_each), wick_remainder_each_i64);
}

wick_status wick_div_run(const wick_call *call, const void *block)
{
    const wick_binary_block *b = block;
    if (b->rounding == ROUND_NONE) {
        return run_any(call, b, REAL(div), 0);
    }
    WICK_TRY(check_divisors(call, b));
    if (b->rounding == ROUND_FLOOR) {
        return run_any(call, b, REAL(div_floor), wick_div_floor_i64);
    }
    return run_any(call, b, REAL(div_trunc), wick_div_trunc_i64);
}
