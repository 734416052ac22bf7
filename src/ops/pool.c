// SPDX-License-Identifier: BSD-3-Clause
#include "ops/pool.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/float64.h"

// The first arguments are the same for maximum and mean.
enum { SELF, KERNEL, STRIDE, PADDING };
enum { MAX_DILATION = 4, MAX_CEIL, MAX_OUT, MAX_INDICES };
enum { AVG_CEIL = 4, AVG_COUNTS_PADDING, AVG_DIVISOR, AVG_OUT };
enum { ADAPTIVE_SIZE = 1, ADAPTIVE_OUT };

// Input [n, c, h, w] or [c, h, w]. Height and width are not 0, and the
// channels only where that is allowed.
static wick_status check_input(const wick_call *call, wick_pool2d_params *p, bool needs_channels)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (self->rank != 3 && self->rank != 4) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("input has not 3 or 4 dimensions"));
    }
    const int32_t *const sizes = self->sizes + self->rank - 3;
    if ((needs_channels && sizes[0] == 0) || sizes[1] == 0 || sizes[2] == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("a dimension other than the batch is empty"));
    }
    p->dtype = self->dtype;
    p->batch = self->rank == 4 ? self->sizes[0] : 1;
    p->channels = sizes[0];
    p->in_height = sizes[1];
    p->in_width = sizes[2];
    return WICK_OK;
}

wick_status wick_pool_out_size(const wick_call *call, const wick_pool_axis *a, bool ceil_mode,
                               int32_t *out)
{
    const int64_t padded = (int64_t)a->in + 2 * (int64_t)a->padding;
    const int64_t extent = (int64_t)(a->kernel - 1) * a->dilation + 1;
    if (a->padding > a->kernel / 2 || (int64_t)a->padding > (extent / 2)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, PADDING,
                              WICK_TEXT("padding must be at most half of the kernel"));
    }
    if (padded + extent > INT32_MAX / 2 || (int64_t)a->stride > INT32_MAX / 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, KERNEL,
                              WICK_TEXT("window is too large"));
    }
    const int64_t room = padded - extent + (ceil_mode ? a->stride - 1 : 0);
    int64_t size = room < 0 ? 0 : room / a->stride + 1;
    if (ceil_mode && (size - 1) * a->stride >= (int64_t)a->in + a->padding) {
        size--;
    }
    if (size < 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, KERNEL,
                              WICK_TEXT("window is larger than the padded input"));
    }
    *out = (int32_t)size;
    return WICK_OK;
}

static wick_status read_window(const wick_call *call, wick_pool2d_params *p,
                               const int32_t dilation[2], bool ceil_mode)
{
    int32_t kernel[2], stride[2], padding[2];
    WICK_TRY(wick_call_sizes(call, KERNEL, 2, 1, kernel));
    stride[0] = kernel[0];
    stride[1] = kernel[1];
    if (wick_call_list_count(call, STRIDE) != 0) {
        WICK_TRY(wick_call_sizes(call, STRIDE, 2, 1, stride));
    }
    WICK_TRY(wick_call_sizes(call, PADDING, 2, 0, padding));
    const wick_pool_axis height = {p->in_height, kernel[0], stride[0], padding[0], dilation[0]};
    const wick_pool_axis width = {p->in_width, kernel[1], stride[1], padding[1], dilation[1]};
    WICK_TRY(wick_pool_out_size(call, &height, ceil_mode, &p->out_height));
    WICK_TRY(wick_pool_out_size(call, &width, ceil_mode, &p->out_width));
    p->kernel_height = kernel[0];
    p->kernel_width = kernel[1];
    p->stride_height = stride[0];
    p->stride_width = stride[1];
    p->padding_height = padding[0];
    p->padding_width = padding[1];
    p->dilation_height = dilation[0];
    p->dilation_width = dilation[1];
    return WICK_OK;
}

static wick_status set_out(const wick_call *call, const wick_pool2d_params *p, uint32_t arg,
                           uint8_t *order)
{
    static const uint8_t places[2][4] = {{1, 2, 3, 0}, {0, 1, 2, 3}};
    const uint32_t rank = wick_call_tensor(call, SELF)->rank;
    const int32_t sizes[4] = {p->batch, p->channels, p->out_height, p->out_width};
    WICK_TRY(wick_call_resize(call, arg, rank, sizes + (4 - rank)));
    *order = wick_tensor_layout(wick_call_tensor(call, arg), places[rank - 3]);
    return WICK_OK;
}

static void set_in_order(const wick_call *call, wick_pool2d_params *p)
{
    static const uint8_t places[2][4] = {{1, 2, 3, 0}, {0, 1, 2, 3}};
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    p->in_order = wick_tensor_layout(self, places[self->rank - 3]);
}

wick_status wick_pool2d_plan(const wick_call *call, const int32_t dilation[2], uint32_t out_arg,
                             wick_pool2d_params *params)
{
    WICK_TRY(check_input(call, params, true));
    WICK_TRY(read_window(call, params, dilation, false));
    WICK_TRY(set_out(call, params, out_arg, &params->out_order));
    set_in_order(call, params);
    params->index_order = params->out_order;
    return WICK_OK;
}

wick_status wick_max_pool2d_prepare(const wick_call *call, void *block)
{
    wick_pool2d_block *const p = block;
    *p = (wick_pool2d_block){0};
    int32_t dilation[2];
    WICK_TRY(check_input(call, p, true));
    WICK_TRY(wick_call_number_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, MAX_OUT, SELF));
    WICK_TRY(wick_call_sizes(call, MAX_DILATION, 2, 1, dilation));
    WICK_TRY(read_window(call, p, dilation, wick_call_bool(call, MAX_CEIL)));
    if (wick_call_tensor(call, MAX_INDICES)->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MAX_INDICES,
                              WICK_TEXT("indices are not i64"));
    }
    WICK_TRY(set_out(call, p, MAX_OUT, &p->out_order));
    WICK_TRY(set_out(call, p, MAX_INDICES, &p->index_order));
    set_in_order(call, p);
    return WICK_OK;
}

wick_status wick_max_pool2d_run(const wick_call *call, const void *block)
{
    const wick_pool2d_block *const p = block;
    void (*const pool)(const wick_pool2d_params *, const void *, void *, int64_t *) =
        WICK_KERNEL_FOR(p->dtype, wick_max_pool2d);
    pool(p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, MAX_OUT)->data,
         wick_call_tensor(call, MAX_INDICES)->data);
    return WICK_OK;
}

// The mean of integers is defined for int64 alone.
static wick_status check_mean_dtype(const wick_call *call, uint32_t out)
{
    WICK_TRY(wick_call_same_dtype(call, out, SELF));
    return wick_call_tensor(call, SELF)->dtype == WICK_INT64 ? WICK_OK
                                                             : wick_call_real_or_f64(call, SELF);
}

static wick_status read_divisor(const wick_call *call, wick_pool2d_params *p)
{
    if (wick_call_is_none(call, AVG_DIVISOR)) {
        return WICK_OK;
    }
    const int64_t divisor = wick_call_int(call, AVG_DIVISOR);
    if (divisor == 0 || divisor > INT32_MAX || divisor < INT32_MIN) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, AVG_DIVISOR,
                              WICK_TEXT("divisor is zero or beyond 32 bits"));
    }
    p->divisor = (int32_t)divisor;
    return WICK_OK;
}

wick_status wick_avg_pool2d_prepare(const wick_call *call, void *block)
{
    static const int32_t dilation[2] = {1, 1};
    wick_pool2d_block *const p = block;
    *p = (wick_pool2d_block){.counts_padding = wick_call_bool(call, AVG_COUNTS_PADDING)};
    WICK_TRY(check_input(call, p, true));
    WICK_TRY(check_mean_dtype(call, AVG_OUT));
    WICK_TRY(read_divisor(call, p));
    WICK_TRY(read_window(call, p, dilation, wick_call_bool(call, AVG_CEIL)));
    WICK_TRY(set_out(call, p, AVG_OUT, &p->out_order));
    set_in_order(call, p);
    return WICK_OK;
}

wick_status wick_avg_pool2d_run(const wick_call *call, const void *block)
{
    const wick_pool2d_block *const p = block;
    void (*const pool)(const wick_pool2d_params *, const void *, void *) =
        WICK_KERNEL_FOR(p->dtype, wick_avg_pool2d);
    pool(p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, AVG_OUT)->data);
    return WICK_OK;
}

wick_status wick_adaptive_avg_pool2d_prepare(const wick_call *call, void *block)
{
    wick_pool2d_block *const p = block;
    *p = (wick_pool2d_block){0};
    int32_t size[2];
    WICK_TRY(check_input(call, p, false));
    WICK_TRY(wick_call_same_dtype(call, ADAPTIVE_OUT, SELF));
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_sizes(call, ADAPTIVE_SIZE, 2, 0, size));
    p->out_height = size[0];
    p->out_width = size[1];
    WICK_TRY(set_out(call, p, ADAPTIVE_OUT, &p->out_order));
    set_in_order(call, p);
    return WICK_OK;
}

wick_status wick_adaptive_avg_pool2d_run(const wick_call *call, const void *block)
{
    const wick_pool2d_block *const p = block;
    void (*const pool)(const wick_pool2d_params *, const void *, void *) =
        WICK_KERNEL_FOR(p->dtype, wick_adaptive_avg_pool2d);
    pool(p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, ADAPTIVE_OUT)->data);
    return WICK_OK;
}
