// SPDX-License-Identifier: BSD-3-Clause
#include "ops/reduce.h"

#include "base/failure.h"
#include "kernels/reduce/reduce.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/reduce_dims.h"

enum { SELF, DIM, KEEPDIM };
enum { SUM_DTYPE = 3, SUM_OUT };
enum { MEAN_ALL_DTYPE = 1, MEAN_ALL_OUT };
enum { MAX_OUT = 3 };
enum { ALL_OUT = 1 };

// The type that a sum has: the one asked for, else int64 for integers
// and bool, else that of the input.
static wick_status check_sum_dtype(const wick_call *call, uint32_t dtype_arg, uint32_t out)
{
    const uint32_t self = wick_call_tensor(call, SELF)->dtype;
    uint32_t dtype = wick_dtype_is_float(self) ? self : WICK_INT64;
    if (!wick_call_is_none(call, dtype_arg)) {
        dtype = (uint32_t)wick_call_int(call, dtype_arg);
    }
    if (wick_call_tensor(call, out)->dtype != dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, out,
                              WICK_TEXT("out has not the dtype of the result"));
    }
    WICK_TRY(wick_call_check_float64(call, SELF, out));
    if (self == WICK_COMPLEX64 || dtype == WICK_COMPLEX64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF, WICK_TEXT("complex numbers"));
    }
    return WICK_OK;
}

static wick_status check_mean_dtype(const wick_call *call, uint32_t dtype_arg, uint32_t out)
{
    const uint32_t dtype = wick_call_is_none(call, dtype_arg)
                               ? wick_call_tensor(call, SELF)->dtype
                               : (uint32_t)wick_call_int(call, dtype_arg);
    if (!wick_dtype_is_float(dtype)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, dtype_arg,
                              WICK_TEXT("mean of a dtype that is not real"));
    }
    return check_sum_dtype(call, dtype_arg, out);
}

static wick_status prepare_dims(const wick_call *call, uint32_t out, wick_reduce_block *b)
{
    b->keepdim = wick_call_bool(call, KEEPDIM);
    WICK_TRY(wick_reduce_read_dims(call, DIM, &b->mask));
    return wick_reduce_resize(call, b, out);
}

wick_status wick_sum_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_sum_dtype(call, SUM_DTYPE, SUM_OUT));
    return prepare_dims(call, SUM_OUT, block);
}

wick_status wick_mean_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_mean_dtype(call, SUM_DTYPE, SUM_OUT));
    return prepare_dims(call, SUM_OUT, block);
}

wick_status wick_mean_all_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    WICK_TRY(check_mean_dtype(call, MEAN_ALL_DTYPE, MEAN_ALL_OUT));
    *b = (wick_reduce_block){.mask = wick_reduce_all_dims(wick_call_tensor(call, SELF))};
    return wick_reduce_resize(call, b, MEAN_ALL_OUT);
}

static wick_status run_sum(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                           bool is_mean)
{
    wick_reduce_params p = {.is_mean = is_mean};
    wick_reduce_loops(call, b, out, &p);
    wick_reduce_kernel *const sum =
        WICK_KERNEL_FOR(wick_call_widest(call, SELF, out), wick_reduce_sum);
    sum(&p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, out)->data);
    return WICK_OK;
}

wick_status wick_sum_run(const wick_call *call, const void *block)
{
    return run_sum(call, block, SUM_OUT, false);
}

// mean.dim and the mean of everything share their kernel; the signatures differ in length. A .pte
// gives the out twice.
wick_status wick_mean_run(const wick_call *call, const void *block)
{
    const bool is_all = wick_call_value(call, MEAN_ALL_OUT)->kind == WICK_VALUE_TENSOR;
    return run_sum(call, block, is_all ? MEAN_ALL_OUT : SUM_OUT, true);
}

// Each result needs an element to choose from.
static wick_status check_not_empty(const wick_call *call, uint32_t mask)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    for (uint32_t d = 0; d < self->rank; d++) {
        if ((mask >> d & 1u) != 0 && self->sizes[d] == 0) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                                  WICK_TEXT("maximum or minimum over a dimension of size 0"));
        }
    }
    return WICK_OK;
}

wick_status wick_extreme_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    WICK_TRY(wick_call_check_float64(call, SELF, SELF));
    WICK_TRY(wick_call_same_dtype(call, MAX_OUT, SELF));
    WICK_TRY(prepare_dims(call, MAX_OUT, b));
    return check_not_empty(call, b->mask);
}

static wick_status run_extreme(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                               bool is_minimum)
{
    wick_reduce_params p = {.is_minimum = is_minimum};
    wick_reduce_loops(call, b, out, &p);
    wick_reduce_kernel *const extreme = WICK_KERNEL_FOR(p.in_dtype, wick_reduce_extreme);
    extreme(&p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, out)->data);
    return WICK_OK;
}

wick_status wick_amax_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, MAX_OUT, false);
}

wick_status wick_amin_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, MAX_OUT, true);
}

wick_status wick_argmax_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(wick_call_check_float64(call, SELF, SELF));
    if (wick_call_tensor(call, MAX_OUT)->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MAX_OUT,
                              WICK_TEXT("out of argmax is not i64"));
    }
    b->keepdim = wick_call_bool(call, KEEPDIM);
    b->mask = wick_reduce_all_dims(self);
    if (!wick_call_is_none(call, DIM)) {
        uint32_t dim = 0;
        WICK_TRY(wick_call_dim(call, DIM, wick_call_int(call, DIM), self->rank, &dim));
        b->mask &= 1u << dim;
    }
    WICK_TRY(wick_reduce_resize(call, b, MAX_OUT));
    return check_not_empty(call, b->mask);
}

static wick_status run_argument(const wick_call *call, const void *block, bool is_minimum)
{
    wick_reduce_params p = {.is_minimum = is_minimum};
    wick_reduce_loops(call, block, MAX_OUT, &p);
    wick_reduce_index_kernel *const argmax = WICK_KERNEL_FOR(p.in_dtype, wick_reduce_argmax);
    argmax(&p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, MAX_OUT)->data);
    return WICK_OK;
}

wick_status wick_argmax_run(const wick_call *call, const void *block)
{
    return run_argument(call, block, false);
}

wick_status wick_argmin_run(const wick_call *call, const void *block)
{
    return run_argument(call, block, true);
}

wick_status wick_max_all_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    WICK_TRY(wick_call_check_float64(call, SELF, SELF));
    WICK_TRY(wick_call_same_dtype(call, ALL_OUT, SELF));
    *b = (wick_reduce_block){.mask = wick_reduce_all_dims(wick_call_tensor(call, SELF))};
    WICK_TRY(wick_reduce_resize(call, b, ALL_OUT));
    return check_not_empty(call, b->mask);
}

wick_status wick_max_all_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, ALL_OUT, false);
}

wick_status wick_min_all_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, ALL_OUT, true);
}

wick_status wick_aminmax_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    WICK_TRY(wick_call_check_float64(call, SELF, SELF));
    WICK_TRY(wick_call_same_dtype(call, MAX_OUT, SELF));
    WICK_TRY(wick_call_same_dtype(call, MAX_OUT + 1, SELF));
    b->keepdim = wick_call_bool(call, KEEPDIM);
    WICK_TRY(wick_reduce_read_dims(call, DIM, &b->mask));
    WICK_TRY(wick_reduce_resize(call, b, MAX_OUT));
    WICK_TRY(wick_reduce_resize(call, b, MAX_OUT + 1));
    return check_not_empty(call, b->mask);
}

wick_status wick_aminmax_run(const wick_call *call, const void *block)
{
    WICK_TRY(run_extreme(call, block, MAX_OUT, true));
    return run_extreme(call, block, MAX_OUT + 1, false);
}
