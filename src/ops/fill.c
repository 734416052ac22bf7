// SPDX-License-Identifier: BSD-3-Clause
#include "ops/fill.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "kernels/elementwise/convert.h"
#include "ops/layout.h"
#include "ops/scalar.h"

static wick_status plan_fill(const wick_call *call, uint32_t value_arg, uint32_t out_arg,
                             wick_fill_block *block)
{
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    block->count = (uint32_t)wick_tensor_count(out);
    block->out_arg = out_arg;
    return wick_call_element(call, value_arg, out->dtype, block->element);
}

wick_status wick_full_prepare(const wick_call *call, void *block)
{
    const uint32_t rank = wick_call_list_count(call, 0);
    int32_t sizes[WICK_MAX_RANK];
    if (rank > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("more than 16 dimensions"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        WICK_TRY(wick_call_int32_at(call, 0, i, &sizes[i]));
    }
    WICK_TRY(wick_call_resize(call, 2, rank, sizes));
    return plan_fill(call, 1, 2, block);
}

wick_status wick_full_like_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    WICK_TRY(wick_call_resize(call, 3, self->rank, self->sizes));
    return plan_fill(call, 1, 3, block);
}

wick_status wick_fill_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    if (wick_call_tensor(call, 2)->dtype != self->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 2,
                              WICK_TEXT("out is not of the type of self"));
    }
    WICK_TRY(wick_call_resize(call, 2, self->rank, self->sizes));
    return plan_fill(call, 1, 2, block);
}

wick_status wick_scalar_tensor_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_resize(call, 1, 0, 0));
    return plan_fill(call, 0, 1, block);
}

wick_status wick_full_run(const wick_call *call, const void *block)
{
    const wick_fill_block *b = block;
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    wick_fill(wick_dtype_size_bytes(out->dtype), b->element, b->count, out->data);
    return WICK_OK;
}

// Arguments of an arange; a number of -1 stands for the default.
typedef struct range_args {
    int32_t start;
    uint32_t end;
    int32_t step;
    uint32_t out;
} range_args;

static int64_t int_or(const wick_call *call, int32_t arg, int64_t otherwise)
{
    return arg < 0 ? otherwise : wick_call_scalar_int(call, (uint32_t)arg);
}

static double real_or(const wick_call *call, int32_t arg, double otherwise)
{
    return arg < 0 ? otherwise : wick_call_real(call, (uint32_t)arg);
}

// Elements of [start, end) in steps, as PyTorch counts for int64: exact. Wrong bounds give -1.
static int64_t count_integers(int64_t start, int64_t end, int64_t step)
{
    if (step == 0 || (step > 0 ? start > end : start < end)) {
        return -1;
    }
    const uint64_t distance =
        step > 0 ? (uint64_t)end - (uint64_t)start : (uint64_t)start - (uint64_t)end;
    const uint64_t stride = step > 0 ? (uint64_t)step : 0 - (uint64_t)step;
    const uint64_t count = distance == 0 ? 0 : (distance - 1) / stride + 1;
    return count > INT32_MAX ? -1 : (int64_t)count;
}

// The same for every other type: rounded up in double.
static int64_t count_reals(double start, double end, double step)
{
    const double count = (end - start) / step;
    if (!(step > 0 ? start <= end : step < 0 && start >= end) || !(count <= INT32_MAX)) {
        return -1;
    }
    const int64_t whole = (int64_t)count;
    return (double)whole < count ? whole + 1 : whole;
}

static wick_status plan_range(const wick_call *call, range_args args, wick_arange_block *block)
{
    const uint32_t dtype = wick_call_tensor(call, args.out)->dtype;
    if (dtype == WICK_BOOL) {
        return wick_call_fail(call, WICK_INVALID_TYPE, args.out, WICK_TEXT("not defined for bool"));
    }
    int64_t count;
    if (dtype == WICK_INT64) {
        count = count_integers(int_or(call, args.start, 0), wick_call_scalar_int(call, args.end),
                               int_or(call, args.step, 1));
    } else {
        count = count_reals(real_or(call, args.start, 0), wick_call_real(call, args.end),
                            real_or(call, args.step, 1));
    }
    if (count < 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, args.end,
                              WICK_TEXT("bounds and step give no range, or too many elements"));
    }
    const int32_t size = (int32_t)count;
    WICK_TRY(wick_call_resize(call, args.out, 1, &size));
    if (wick_dtype_is_float(dtype)) {
        block->start.real = real_or(call, args.start, 0);
        block->step.real = real_or(call, args.step, 1);
    } else {
        block->start.integer = int_or(call, args.start, 0);
        block->step.integer = int_or(call, args.step, 1);
    }
    block->count = (uint32_t)count;
    block->out_arg = args.out;
    return WICK_OK;
}

wick_status wick_arange_prepare(const wick_call *call, void *block)
{
    return plan_range(call, (range_args){-1, 0, -1, 1}, block);
}

wick_status wick_arange_start_prepare(const wick_call *call, void *block)
{
    return plan_range(call, (range_args){0, 1, 2, 3}, block);
}

wick_status wick_arange_run(const wick_call *call, const void *block)
{
    const wick_arange_block *b = block;
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
    const wick_elements one = {out->dtype, 1, 1};
    const size_t element_bytes = wick_dtype_size_bytes(out->dtype);
    const bool is_real = wick_dtype_is_float(out->dtype);
    for (uint32_t i = 0; i < b->count; i++) {
        uint8_t *to = (uint8_t *)out->data + i * element_bytes;
        if (is_real) {
            const double value = b->start.real + b->step.real * (double)i;
            wick_write_f64(&one, &value, to);
        } else {
            const int64_t value =
                (int64_t)((uint64_t)b->start.integer + (uint64_t)b->step.integer * i);
            wick_write_i64(&one, &value, to);
        }
    }
    return WICK_OK;
}
