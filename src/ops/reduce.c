// SPDX-License-Identifier: BSD-3-Clause
#include "ops/reduce.h"

#include "base/failure.h"
#include "kernels/reduce/reduce.h"
#include "ops/check.h"

enum { SELF, DIM, KEEPDIM };
enum { SUM_DTYPE = 3, SUM_OUT };
enum { MEAN_ALL_DTYPE = 1, MEAN_ALL_OUT };
enum { MAX_OUT = 3 };

static uint32_t all_dims(const wick_tensor *tensor)
{
    return (1u << tensor->rank) - 1;
}

// Bit mask of an int[]? argument; None and [] stand for all dimensions.
static wick_status read_dims(const wick_call *call, uint32_t *mask)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *mask = 0;
    if (wick_call_is_none(call, DIM) || wick_call_list_count(call, DIM) == 0) {
        *mask = all_dims(self);
        return WICK_OK;
    }
    for (uint32_t k = 0; k < wick_call_list_count(call, DIM); k++) {
        uint32_t dim = 0;
        WICK_TRY(wick_call_dim(call, DIM, wick_call_int_at(call, DIM, k), self->rank, &dim));
        if ((*mask >> dim & 1u) != 0) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, DIM,
                                  WICK_TEXT("dimension given twice"));
        }
        *mask |= 1u << dim;
    }
    *mask &= all_dims(self); // rank 0 has none
    return WICK_OK;
}

static wick_status set_shape(const wick_call *call, const wick_reduce_block *b, uint32_t out)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    uint32_t rank = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        const bool is_reduced = (b->mask >> d & 1u) != 0;
        if (!is_reduced) {
            sizes[rank++] = self->sizes[d];
        } else if (b->keepdim) {
            sizes[rank++] = 1;
        }
    }
    return wick_call_resize(call, out, rank, sizes);
}

// Strides of out for each dimension of self; 0 for those that are reduced.
static void out_strides(const wick_tensor *self, const wick_tensor *out, const wick_reduce_block *b,
                        int32_t *strides)
{
    int32_t own[WICK_MAX_RANK];
    wick_tensor_strides(out, own);
    uint32_t at = 0;
    for (uint32_t d = 0; d < self->rank; d++) {
        const bool is_reduced = (b->mask >> d & 1u) != 0;
        strides[d] = is_reduced ? 0 : own[at];
        at += !is_reduced || b->keepdim;
    }
}

static void set_loops(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                      wick_reduce_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const result = wick_call_tensor(call, out);
    int32_t in[WICK_MAX_RANK];
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, in);
    out_strides(self, result, b, strides);
    p->in_dtype = self->dtype;
    p->out_dtype = result->dtype;
    p->kept = wick_strides_nest(self, in, strides, ~b->mask, p->dims);
    p->reduced = wick_strides_nest(self, in, strides, b->mask, p->dims + p->kept);
    if (p->reduced == 0) {
        p->dims[p->kept] = (wick_nest_dim){1, 0, 0};
        p->reduced = 1;
    }
}

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
    if (self == WICK_FLOAT64 || dtype == WICK_FLOAT64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, out, WICK_TEXT("sums of f64"));
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
    WICK_TRY(read_dims(call, &b->mask));
    return set_shape(call, b, out);
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
    *b = (wick_reduce_block){.mask = all_dims(wick_call_tensor(call, SELF))};
    return set_shape(call, b, MEAN_ALL_OUT);
}

static wick_status run_sum(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                           bool is_mean)
{
    wick_reduce_params p = {.is_mean = is_mean};
    set_loops(call, b, out, &p);
    wick_reduce_sum(&p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, out)->data);
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

static wick_status check_max_dtype(const wick_call *call)
{
    if (wick_call_tensor(call, SELF)->dtype == WICK_FLOAT64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SELF,
                              WICK_TEXT("maximum or minimum of f64"));
    }
    return WICK_OK;
}

wick_status wick_extreme_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    WICK_TRY(check_max_dtype(call));
    WICK_TRY(wick_call_same_dtype(call, MAX_OUT, SELF));
    WICK_TRY(prepare_dims(call, MAX_OUT, b));
    return check_not_empty(call, b->mask);
}

static wick_status run_extreme(const wick_call *call, const wick_reduce_block *b, bool is_minimum)
{
    wick_reduce_params p = {.is_minimum = is_minimum};
    set_loops(call, b, MAX_OUT, &p);
    wick_reduce_extreme(&p, wick_call_tensor(call, SELF)->data,
                        wick_call_tensor(call, MAX_OUT)->data);
    return WICK_OK;
}

wick_status wick_amax_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, false);
}

wick_status wick_amin_run(const wick_call *call, const void *block)
{
    return run_extreme(call, block, true);
}

wick_status wick_argmax_prepare(const wick_call *call, void *block)
{
    wick_reduce_block *const b = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    WICK_TRY(check_max_dtype(call));
    if (wick_call_tensor(call, MAX_OUT)->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MAX_OUT,
                              WICK_TEXT("out of argmax is not i64"));
    }
    b->keepdim = wick_call_bool(call, KEEPDIM);
    b->mask = all_dims(self);
    if (!wick_call_is_none(call, DIM)) {
        uint32_t dim = 0;
        WICK_TRY(wick_call_dim(call, DIM, wick_call_int(call, DIM), self->rank, &dim));
        b->mask &= 1u << dim;
    }
    WICK_TRY(set_shape(call, b, MAX_OUT));
    return check_not_empty(call, b->mask);
}

wick_status wick_argmax_run(const wick_call *call, const void *block)
{
    wick_reduce_params p = {0};
    set_loops(call, block, MAX_OUT, &p);
    wick_reduce_argmax(&p, wick_call_tensor(call, SELF)->data,
                       wick_call_tensor(call, MAX_OUT)->data);
    return WICK_OK;
}
