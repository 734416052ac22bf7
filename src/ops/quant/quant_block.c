// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_block.h"

#include "base/failure.h"

const int32_t *wick_quant_block(const wick_call *call, uint32_t arg, size_t words)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    const uint32_t lent = WICK_TENSOR_CONSTANT | WICK_TENSOR_LENT;
    if (tensor->dtype != WICK_INT32 || tensor->rank != 1 ||
        (tensor->flags & lent) != WICK_TENSOR_CONSTANT || tensor->data == 0 ||
        (size_t)tensor->sizes[0] < words) {
        (void)wick_call_fail(call, WICK_INVALID_PROGRAM, arg,
                             WICK_TEXT("block is no constant i32[..] of the operator's size"));
        return 0;
    }
    return tensor->data;
}

wick_status wick_quant_wrong_block(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_PROGRAM, arg,
                          WICK_TEXT("block does not fit the tensors, or holds a wrong number"));
}

wick_status wick_quant_wrong_shape(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                          WICK_TEXT("shape is not that of the block"));
}

wick_status wick_quant_dense(const wick_call *call, uint32_t arg, uint32_t dtype)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    if (tensor->dtype != dtype || !wick_tensor_is_contiguous(tensor)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("tensor is not contiguous, or of another dtype"));
    }
    return WICK_OK;
}

wick_status wick_quant_sized(const wick_call *call, uint32_t arg, uint32_t rank,
                             const int32_t *sizes)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    bool same = tensor->rank == rank;
    for (uint32_t i = 0; same && i < rank; i++) {
        same = tensor->sizes[i] == sizes[i];
    }
    return same ? WICK_OK : wick_quant_wrong_shape(call, arg);
}

wick_status wick_quant_shaped(const wick_call *call, uint32_t arg, uint32_t dtype,
                              const wick_tensor *shape)
{
    WICK_TRY(wick_quant_dense(call, arg, dtype));
    return wick_quant_sized(call, arg, shape->rank, shape->sizes);
}

// Half as many as there are numbers of the type. Sums wrap, so that one comparison holds both
// bounds.
static inline uint32_t half_of(uint32_t dtype)
{
    return dtype == WICK_INT16 ? (uint32_t)INT16_MAX + 1 : (uint32_t)INT8_MAX + 1;
}

bool wick_quant_offset_fits(int32_t offset, uint32_t dtype)
{
    const uint32_t half = half_of(dtype);
    return (uint32_t)offset + half <= 2 * half;
}

bool wick_quant_range_fits(const wick_quant_range *range, uint32_t dtype)
{
    const uint32_t half = half_of(dtype);
    return (uint32_t)range->offset + half <= 2 * half &&
           (uint32_t)range->minimum + half < 2 * half && (uint32_t)range->maximum + half < 2 * half;
}

static bool operand_fits(const wick_quant_operand *operand, uint32_t dtype)
{
    return (dtype == WICK_INT16 ? operand->zero_point == 0
                                : wick_quant_offset_fits(operand->zero_point, dtype)) &&
           wick_quant_scale_is_valid(operand->scale.multiplier, operand->scale.shift);
}

bool wick_quant_residual_fits(const wick_quant_residual *residual, uint32_t dtype)
{
    return operand_fits(&residual->a, dtype) && operand_fits(&residual->b, dtype) &&
           wick_quant_scale_is_valid(residual->out_scale.multiplier, residual->out_scale.shift) &&
           wick_quant_range_fits(&residual->range, dtype);
}

bool wick_quant_axis_is_valid(const wick_quant_axis *a, bool is_transposed)
{
    if (a->in < 1 || a->kernel < 1 || a->stride < 1 || a->dilation < 1 || a->out < 0 ||
        a->padding < 0 || a->kernel_step < 1) {
        return false;
    }
    if (is_transposed) {
        return a->in_step < 0 &&
               (int64_t)a->kernel_step * a->dilation == -(int64_t)a->in_step * a->stride &&
               (int64_t)a->out + a->padding <= INT32_MAX &&
               (int64_t)a->kernel + a->kernel_step <= INT32_MAX;
    }
    const uint64_t reach = (uint64_t)a->out * (uint32_t)a->stride +
                           (uint64_t)a->kernel * (uint32_t)a->dilation + (uint32_t)a->in +
                           (uint32_t)a->padding;
    return a->kernel_step == 1 && a->in_step == a->dilation && reach <= INT32_MAX;
}

bool wick_quant_loops_product(const wick_quant_loops *loops, uint64_t *product)
{
    *product = 1;
    for (uint32_t i = 0; i < loops->count; i++) {
        const wick_quant_loop *const loop = &loops->loop[i];
        if (loop->count < 0 || loop->a_step < 0 || loop->b_step < 0 || *product > INT32_MAX) {
            return false;
        }
        *product *= (uint32_t)loop->count;
    }
    return true;
}

// Steps and counts are below 2^31, so that no sum of eight products overflows.
bool wick_quant_loops_stay_below(const wick_quant_loops *loops, bool is_b, size_t count)
{
    uint64_t last = 0;
    for (uint32_t i = 0; i < loops->count; i++) {
        const wick_quant_loop *const loop = &loops->loop[i];
        last += (uint64_t)(loop->count - 1) * (uint32_t)(is_b ? loop->b_step : loop->a_step);
    }
    return last < count;
}

bool wick_quant_loops_are_valid(const wick_quant_loops *loops, const wick_quant_counts *counts)
{
    uint64_t product;
    return loops->count <= WICK_QUANT_LOOPS_MAX && wick_quant_loops_product(loops, &product) &&
           product == counts->out &&
           (product == 0 || (wick_quant_loops_stay_below(loops, false, counts->a) &&
                             wick_quant_loops_stay_below(loops, true, counts->b)));
}
