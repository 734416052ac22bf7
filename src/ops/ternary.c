// SPDX-License-Identifier: BSD-3-Clause
#include "ops/ternary.h"

#include "base/failure.h"
#include "ops/promote.h"

// Operand k; a Scalar or None is a tensor of rank 0.
static const wick_tensor *operand(const wick_call *call, const wick_ternary_block *block,
                                  uint32_t k)
{
    static const wick_tensor scalar = {.kind = WICK_VALUE_TENSOR};
    const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
    return tensor != 0 ? tensor : &scalar;
}

static int32_t size_at(const wick_tensor *tensor, uint32_t rank, uint32_t i)
{
    return i + tensor->rank < rank ? 1 : tensor->sizes[i + tensor->rank - rank];
}

static wick_status broadcast(const wick_call *call, const wick_ternary_block *block, uint32_t *rank,
                             int32_t sizes[WICK_MAX_RANK])
{
    *rank = 0;
    for (uint32_t k = 0; k < 3; k++) {
        const uint32_t own = operand(call, block, k)->rank;
        *rank = own > *rank ? own : *rank;
    }
    for (uint32_t i = 0; i < *rank; i++) {
        sizes[i] = 1;
        for (uint32_t k = 0; k < 3; k++) {
            const int32_t size = size_at(operand(call, block, k), *rank, i);
            if (size != 1 && sizes[i] != 1 && size != sizes[i]) {
                return wick_call_fail(call, WICK_INVALID_ARGUMENT, block->args[k],
                                      WICK_TEXT("shapes do not broadcast"));
            }
            sizes[i] = size == 1 ? sizes[i] : size;
        }
    }
    return WICK_OK;
}

// Whether a loop over `strides` outside of the plan's innermost one is one with it.
static bool merges(const wick_ternary *plan, const int32_t strides[3], int32_t size)
{
    for (uint32_t k = 0; k < 3 && plan->rank > 0; k++) {
        if (plan->strides[k][plan->rank - 1] != strides[k] * size) {
            return false;
        }
    }
    return plan->rank > 0;
}

// Adds a loop inside of the others.
static wick_status add_loop(const wick_call *call, const wick_ternary_block *block, uint32_t i,
                            wick_ternary *plan)
{
    const wick_tensor *out = wick_call_tensor(call, block->out_arg);
    const int32_t size = out->sizes[i];
    int32_t strides[3];
    for (uint32_t k = 0; k < 3; k++) {
        const wick_tensor *tensor = operand(call, block, k);
        int32_t own[WICK_MAX_RANK];
        wick_tensor_strides(tensor, own);
        const bool is_repeated = size_at(tensor, out->rank, i) == 1;
        strides[k] = is_repeated ? 0 : own[i + tensor->rank - out->rank];
    }
    if (merges(plan, strides, size)) {
        plan->sizes[plan->rank - 1] *= size;
    } else if (plan->rank == WICK_WALK_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, block->out_arg,
                              WICK_TEXT("more than 8 dimensions that cannot be merged"));
    } else {
        plan->sizes[plan->rank++] = size;
    }
    for (uint32_t k = 0; k < 3; k++) {
        plan->strides[k][plan->rank - 1] = strides[k];
    }
    return WICK_OK;
}

// Shape of out and the loops, in the order of its memory.
static wick_status plan_shape(const wick_call *call, wick_ternary_block *block)
{
    const wick_tensor *out = wick_call_tensor(call, block->out_arg);
    wick_ternary *plan = &block->plan;
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(broadcast(call, block, &rank, sizes));
    WICK_TRY(wick_call_resize(call, block->out_arg, rank, sizes));
    plan->rank = 0;
    if (wick_tensor_count(out) == 0) {
        return WICK_OK;
    }
    for (uint32_t i = 0; i < rank; i++) {
        if (out->sizes[out->dim_order[i]] != 1) {
            WICK_TRY(add_loop(call, block, out->dim_order[i], plan));
        }
    }
    if (plan->rank == 0) { // one element
        plan->rank = 1;
        plan->sizes[0] = 1;
        for (uint32_t k = 0; k < 3; k++) {
            plan->strides[k][0] = 1;
        }
    }
    return WICK_OK;
}

static wick_number number_of(const wick_call *call, uint32_t arg, uint32_t common)
{
    wick_number out;
    if (WICK_HAS_FLOAT64 && common == WICK_FLOAT64) {
        out.wide = wick_call_real(call, arg);
    } else if (wick_dtype_is_float(common)) {
        out.real = (float)wick_call_real(call, arg);
    } else {
        out.integer = wick_call_scalar_int(call, arg);
        wick_round_i64(common, 1, &out.integer);
    }
    return out;
}

// What takes the place of None: the least number of the type for min, the greatest for max.
static wick_number bound_of(uint32_t common, bool is_min)
{
    const uint32_t bits = 8 * wick_dtype_size_bytes(common);
    const bool is_unsigned = common == WICK_UINT8 || common == WICK_BOOL;
    const int64_t greatest = (int64_t)(UINT64_MAX >> (64 - bits + (is_unsigned ? 0 : 1)));
    wick_number out;
    if (WICK_HAS_FLOAT64 && common == WICK_FLOAT64) {
        out.wide = is_min ? -__builtin_inf() : __builtin_inf();
    } else if (wick_dtype_is_float(common)) {
        out.real = is_min ? -__builtin_inff() : __builtin_inff();
    } else {
        out.integer = !is_min ? greatest : is_unsigned ? 0 : -greatest - 1;
    }
    return out;
}

static void plan_operand(const wick_call *call, uint32_t k, wick_ternary_block *block)
{
    const uint32_t common = block->plan.common_dtype;
    const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
    if (tensor != 0) {
        block->plan.dtypes[k] = tensor->dtype;
        return;
    }
    block->plan.dtypes[k] = common == WICK_FLOAT64        ? WICK_FLOAT64
                            : wick_dtype_is_float(common) ? WICK_FLOAT32
                                                          : WICK_INT64;
    block->numbers[k] = wick_call_is_none(call, block->args[k])
                            ? bound_of(common, k == 1)
                            : number_of(call, block->args[k], common);
}

// Plans an operator that computes in `common`; block->args and out_arg are set.
static wick_status plan_as(const wick_call *call, uint32_t common, wick_ternary_block *block)
{
    const wick_tensor *out = wick_call_tensor(call, block->out_arg);
    WICK_TRY(wick_check_arithmetic(call, common));
    if (!wick_dtype_can_cast(common, out->dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, block->out_arg,
                              WICK_TEXT("out cannot hold the type of the result"));
    }
    block->plan.common_dtype = (uint8_t)common;
    block->plan.out_dtype = out->dtype;
    for (uint32_t k = 0; k < 3; k++) {
        plan_operand(call, k, block);
    }
    return plan_shape(call, block);
}

static uint32_t type_of(const wick_call *call, uint32_t first, uint32_t last)
{
    wick_promotion types = WICK_PROMOTION_NONE;
    for (uint32_t arg = first; arg <= last; arg++) {
        wick_promotion_add(&types, call, arg);
    }
    return wick_promotion_result(&types);
}

static void set_args(wick_ternary_block *block, uint8_t a, uint8_t b, uint8_t c, uint8_t out)
{
    block->args[0] = a;
    block->args[1] = b;
    block->args[2] = c;
    block->out_arg = out;
}

static wick_status check_mask(const wick_call *call, uint32_t arg)
{
    const uint32_t dtype = wick_call_tensor(call, arg)->dtype;
    if (dtype != WICK_BOOL && dtype != WICK_UINT8) {
        return wick_call_fail(call, WICK_INVALID_TYPE, arg,
                              WICK_TEXT("a mask of bool is expected"));
    }
    return WICK_OK;
}

wick_status wick_where_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_mask(call, 0));
    set_args(block, 0, 1, 2, 3);
    return plan_as(call, type_of(call, 1, 2), block);
}

// value where the mask is set, else self; the type is that of self.
wick_status wick_masked_fill_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_mask(call, 1));
    if (wick_call_tensor(call, 0)->dtype == WICK_COMPLEX64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("complex numbers"));
    }
    set_args(block, 1, 2, 0, 3);
    return plan_as(call, wick_call_tensor(call, 0)->dtype, block);
}

wick_status wick_clamp_tensor_prepare(const wick_call *call, void *block)
{
    const uint32_t common = type_of(call, 0, 2);
    if (wick_call_is_none(call, 1) && wick_call_is_none(call, 2)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("min and max are both None"));
    }
    set_args(block, 0, 1, 2, 3);
    return plan_as(call, common, block);
}

static wick_status refuse_whole(const wick_call *call, uint32_t common)
{
    if (!wick_dtype_is_float(common)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 0,
                              WICK_TEXT("defined for floating point only"));
    }
    return WICK_OK;
}

wick_status wick_lerp_prepare(const wick_call *call, void *block)
{
    const uint32_t common = type_of(call, 0, 2);
    WICK_TRY(refuse_whole(call, common));
    set_args(block, 0, 1, 2, 3);
    return plan_as(call, common, block);
}

wick_status wick_addcmul_prepare(const wick_call *call, void *block)
{
    wick_ternary_block *b = block;
    const uint32_t common = type_of(call, 0, 2);
    b->parameter = number_of(call, 3, common);
    set_args(block, 0, 1, 2, 4);
    return plan_as(call, common, block);
}

wick_status wick_addcdiv_prepare(const wick_call *call, void *block)
{
    WICK_TRY(refuse_whole(call, type_of(call, 0, 2)));
    return wick_addcmul_prepare(call, block);
}

static wick_status run_any(const wick_call *call, const wick_ternary_block *block,
                           wick_ternary_operation_f32 *real, wick_ternary_operation_f64 *wide,
                           wick_ternary_operation_i64 *integer)
{
    wick_ternary_data data = {.out = wick_call_tensor(call, block->out_arg)->data};
    for (uint32_t k = 0; k < 3; k++) {
        const wick_tensor *tensor = wick_call_optional_tensor(call, block->args[k]);
        data.operands[k] = tensor != 0 ? tensor->data : (const void *)&block->numbers[k];
    }
    if (block->plan.rank == 0) {
        return WICK_OK;
    }
    if (WICK_HAS_FLOAT64 && block->plan.common_dtype == WICK_FLOAT64) {
        wick_ternary_run_f64(&block->plan, wide, &block->parameter.wide, &data);
    } else if (wick_dtype_is_float(block->plan.common_dtype)) {
        wick_ternary_run_f32(&block->plan, real, &block->parameter.real, &data);
    } else {
        wick_ternary_run_i64(&block->plan, integer, &block->parameter.integer, &data);
    }
    return WICK_OK;
}

wick_status wick_where_run(const wick_call *call, const void *block)
{
    return run_any(call, block, REAL(where), wick_where_i64);
}

wick_status wick_clamp_tensor_run(const wick_call *call, const void *block)
{
    return run_any(call, block, REAL(clamp_each), wick_clamp_each_i64);
}

wick_status wick_lerp_run(const wick_call *call, const void *block)
{
    return run_any(call, block, REAL(lerp_each), 0);
}

wick_status wick_addcmul_run(const wick_call *call, const void *block)
{
    return run_any(call, block, REAL(addcmul), wick_addcmul_i64);
}

wick_status wick_addcdiv_run(const wick_call *call, const void *block)
{
    return run_any(call, block, REAL(addcdiv), 0);
}
