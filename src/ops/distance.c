// SPDX-License-Identifier: BSD-3-Clause
#include "ops/distance.h"

#include "base/failure.h"
#include "kernels/distance/distance.h"
#include "ops/check.h"
#include "ops/float64.h"

enum { X1, X2, CDIST_ORDER, CDIST_MODE, CDIST_OUT };
enum { PDIST_ORDER = 1, PDIST_OUT };

static wick_status read_order(const wick_call *call, uint32_t arg, wick_distance_block *b)
{
    b->order = (float)wick_call_real(call, arg);
    return b->order >= 0 ? WICK_OK
                         : wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                                          WICK_TEXT("order of a distance below 0"));
}

// Size of a batch dimension, counted from the end; 1 where the tensor lacks it.
static int32_t batch_size(const wick_tensor *tensor, uint32_t from_end)
{
    return from_end < tensor->rank ? tensor->sizes[tensor->rank - 1 - from_end] : 1;
}

static wick_status broadcast(const wick_call *call, uint32_t from_end, int32_t *size)
{
    const int32_t a = batch_size(wick_call_tensor(call, X1), from_end);
    const int32_t b = batch_size(wick_call_tensor(call, X2), from_end);
    *size = a == 1 ? b : a;
    return a == b || a == 1 || b == 1 ? WICK_OK
                                      : wick_call_fail(call, WICK_INVALID_ARGUMENT, X2,
                                                       WICK_TEXT("batches cannot be broadcast"));
}

wick_status wick_cdist_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const x1 = wick_call_tensor(call, X1);
    const wick_tensor *const x2 = wick_call_tensor(call, X2);
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(wick_call_real_or_f64(call, X1));
    WICK_TRY(wick_call_same_dtype(call, X2, X1));
    WICK_TRY(wick_call_same_dtype(call, CDIST_OUT, X1));
    WICK_TRY(read_order(call, CDIST_ORDER, block));
    if (x1->rank < 2 || x2->rank < 2 || batch_size(x1, 0) != batch_size(x2, 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, X2,
                              WICK_TEXT("rows differ in length, or there are none"));
    }
    const uint32_t rank = x1->rank > x2->rank ? x1->rank : x2->rank;
    for (uint32_t d = 2; d < rank; d++) {
        WICK_TRY(broadcast(call, d, &sizes[rank - 1 - d]));
    }
    sizes[rank - 2] = batch_size(x1, 1);
    sizes[rank - 1] = batch_size(x2, 1);
    return wick_call_resize(call, CDIST_OUT, rank, sizes);
}

// Stride of a batch dimension, counted from the end; 0 where it is broadcast.
static int32_t batch_stride(const wick_tensor *tensor, const int32_t *strides, uint32_t from_end)
{
    return batch_size(tensor, from_end) == 1 ? 0 : strides[tensor->rank - 1 - from_end];
}

static void set_operand(const wick_tensor *tensor, const int32_t *strides, uint32_t k,
                        wick_distance_params *p)
{
    p->rows[k] = batch_size(tensor, 1);
    p->row_strides[k] = strides[tensor->rank - 2];
    p->steps[k] = strides[tensor->rank - 1];
}

static __attribute__((noinline)) void set_batches(const wick_call *call, wick_distance_params *p)
{
    const wick_tensor *const x1 = wick_call_tensor(call, X1);
    const wick_tensor *const x2 = wick_call_tensor(call, X2);
    const wick_tensor *const out = wick_call_tensor(call, CDIST_OUT);
    int32_t strides[3][WICK_MAX_RANK];
    wick_tensor_strides(x1, strides[0]);
    wick_tensor_strides(x2, strides[1]);
    wick_tensor_strides(out, strides[2]);
    set_operand(x1, strides[0], 0, p);
    set_operand(x2, strides[1], 1, p);
    p->out_strides[0] = strides[2][out->rank - 2];
    p->out_strides[1] = strides[2][out->rank - 1];
    for (uint32_t i = 0; i < p->batches; i++) {
        const uint32_t from_end = out->rank - 1 - i;
        p->dims[i] = (wick_nest_dim){out->sizes[i], batch_stride(x1, strides[0], from_end),
                                     batch_stride(x2, strides[1], from_end)};
        p->outs[i] = (wick_nest_dim){out->sizes[i], 0, strides[2][i]};
    }
}

wick_status wick_cdist_run(const wick_call *call, const void *block)
{
    const wick_tensor *const x1 = wick_call_tensor(call, X1);
    const wick_tensor *const x2 = wick_call_tensor(call, X2);
    const wick_tensor *const out = wick_call_tensor(call, CDIST_OUT);
    wick_distance_params p = {.dtype = x1->dtype,
                              .order = ((const wick_distance_block *)block)->order,
                              .depth = x1->sizes[x1->rank - 1],
                              .batches = (uint32_t)out->rank - 2};
    p.leaves_out_nan = p.order == __builtin_inff(); // as eager, here alone
    set_batches(call, &p);
    if (WICK_HAS_FLOAT64 != 0) {
        p.order_f64 = wick_call_real(call, CDIST_ORDER);
    }
    void (*const distances)(const wick_distance_params *, const void *, const void *, void *) =
        WICK_KERNEL_FOR(p.dtype, wick_distances);
    distances(&p, x1->data, x2->data, out->data);
    return WICK_OK;
}

wick_status wick_pdist_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, X1);
    WICK_TRY(wick_call_real_or_f64(call, X1));
    WICK_TRY(wick_call_same_dtype(call, PDIST_OUT, X1));
    WICK_TRY(read_order(call, PDIST_ORDER, block));
    if (self->rank != 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, X1, WICK_TEXT("not a matrix of rows"));
    }
    const int64_t rows = self->sizes[0];
    const int64_t pairs = rows * (rows - 1) / 2;
    if (pairs > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, X1, WICK_TEXT("too many pairs of rows"));
    }
    const int32_t size = (int32_t)pairs;
    return wick_call_resize(call, PDIST_OUT, 1, &size);
}

static __attribute__((noinline)) void set_own_rows(const wick_tensor *self, wick_distance_params *p)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, strides);
    set_operand(self, strides, 0, p);
    p->steps[1] = p->steps[0];
}

wick_status wick_pdist_run(const wick_call *call, const void *block)
{
    const wick_tensor *const self = wick_call_tensor(call, X1);
    wick_distance_params p = {.dtype = self->dtype,
                              .order = ((const wick_distance_block *)block)->order,
                              .depth = self->sizes[1]};
    set_own_rows(self, &p);
    if (WICK_HAS_FLOAT64 != 0) {
        p.order_f64 = wick_call_real(call, PDIST_ORDER);
    }
    void (*const distances)(const wick_distance_params *, const void *, void *) =
        WICK_KERNEL_FOR(p.dtype, wick_own_distances);
    distances(&p, self->data, wick_call_tensor(call, PDIST_OUT)->data);
    return WICK_OK;
}
