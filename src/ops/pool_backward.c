// SPDX-License-Identifier: BSD-3-Clause
// What goes from the result of a pool back to its input: gradients, and the inverse of a maximum.
#include "base/failure.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/pool.h"
#include "ops/pool3d.h"
#include "ops/space.h"

enum { UNPOOL_INDICES = 1, UNPOOL_SIZE, UNPOOL2D_OUT, UNPOOL3D_OUT = 5 };
enum { GRADIENT, SELF, KERNEL, STRIDE, PADDING };
enum { MAX_DILATION = 5, MAX_CEIL, MAX_INDICES, MAX_OUT };
enum { AVG_CEIL = 5, AVG_COUNTS_PADDING, AVG_DIVISOR, AVG_OUT };
enum { ADAPTIVE_OUT = 2 };

static bool same_sizes(const wick_space *a, const wick_space *b, uint32_t from)
{
    bool same = true;
    for (uint32_t d = from; d < 5; d++) {
        same = same && a->sizes[d] == b->sizes[d];
    }
    return same;
}

// The indices: int64, of the shape of p->out.
static wick_status read_indices(const wick_call *call, uint32_t arg, uint32_t spatial,
                                wick_pool3d_params *p)
{
    WICK_TRY(wick_call_space(call, arg, spatial, &p->index));
    if (wick_call_tensor(call, arg)->dtype != WICK_INT64 || !same_sizes(&p->index, &p->out, 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("indices are not i64 of the shape of the values"));
    }
    return WICK_OK;
}

static wick_status prepare_unpool(const wick_call *call, uint32_t spatial, uint32_t out,
                                  wick_pool3d_params *p)
{
    int32_t size[3];
    const wick_tensor *const self = wick_call_tensor(call, 0);
    *p = (wick_pool3d_params){.dtype = self->dtype};
    WICK_TRY(wick_call_same_dtype(call, out, 0));
    WICK_TRY(wick_call_space(call, 0, spatial, &p->out));
    WICK_TRY(read_indices(call, UNPOOL_INDICES, spatial, p));
    WICK_TRY(wick_call_spatial(call, UNPOOL_SIZE, spatial, 0, 1, size));
    const int32_t sizes[5] = {p->out.sizes[0], p->out.sizes[1], size[0], size[1], size[2]};
    return wick_call_resize_space(call, out, spatial, self->rank == spatial + 2, sizes, &p->in);
}

static wick_status run_indexed(const wick_call *call, const void *block, uint32_t indices,
                               uint32_t out, bool is_sum)
{
    const wick_pool3d_data data = {.input = wick_call_tensor(call, 0)->data,
                                   .indices = wick_call_tensor(call, indices)->data,
                                   .out = wick_call_tensor(call, out)->data};
    const wick_pool3d_block *const p = block;
    bool (*const unpool)(const wick_pool3d_params *, const wick_pool3d_data *, bool) =
        WICK_KERNEL_FOR(p->dtype, wick_max_unpool3d);
    return unpool(p, &data, is_sum) ? WICK_OK
                                    : wick_call_fail(call, WICK_INVALID_ARGUMENT, indices,
                                                     WICK_TEXT("index outside of the channel"));
}

wick_status wick_max_unpool2d_prepare(const wick_call *call, void *block)
{
    return prepare_unpool(call, 2, UNPOOL2D_OUT, block);
}

wick_status wick_max_unpool3d_prepare(const wick_call *call, void *block)
{
    return prepare_unpool(call, 3, UNPOOL3D_OUT, block);
}

wick_status wick_max_unpool2d_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, UNPOOL_INDICES, UNPOOL2D_OUT, false);
}

wick_status wick_max_unpool3d_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, UNPOOL_INDICES, UNPOOL3D_OUT, false);
}

// Gradient and input, which agree in batch and channels; the gradient of the input has its shape.
static wick_status read_tensors(const wick_call *call, uint32_t spatial, uint32_t out,
                                wick_pool3d_params *p)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *p = (wick_pool3d_params){.dtype = self->dtype, .dilation = {1, 1, 1}};
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, GRADIENT, SELF));
    WICK_TRY(wick_call_same_dtype(call, out, SELF));
    WICK_TRY(wick_call_space(call, SELF, spatial, &p->in));
    if (wick_call_tensor(call, GRADIENT)->rank != self->rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, GRADIENT,
                              WICK_TEXT("gradient has not the rank of the input"));
    }
    wick_tensor_space(wick_call_tensor(call, GRADIENT), spatial, &p->out);
    p->index = p->out;
    if (p->out.sizes[0] != p->in.sizes[0] || p->out.sizes[1] != p->in.sizes[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, GRADIENT,
                              WICK_TEXT("gradient has not the channels of the input"));
    }
    return wick_call_resize_space(call, out, spatial, self->rank == spatial + 2, p->in.sizes,
                                  &p->in);
}

// The window, and that it gives a result of the gradient's shape.
static wick_status read_window(const wick_call *call, uint32_t spatial, uint32_t dilation,
                               bool ceil_mode, wick_pool3d_params *p)
{
    WICK_TRY(wick_call_spatial(call, KERNEL, spatial, 1, 1, p->kernel));
    const uint32_t from = wick_call_list_count(call, STRIDE) != 0 ? STRIDE : KERNEL;
    WICK_TRY(wick_call_spatial(call, from, spatial, 1, 1, p->stride));
    WICK_TRY(wick_call_spatial(call, PADDING, spatial, 0, 0, p->padding));
    if (dilation != 0) {
        WICK_TRY(wick_call_spatial(call, dilation, spatial, 1, 1, p->dilation));
    }
    wick_space expected = p->out;
    for (uint32_t i = 0; i < 3; i++) {
        const wick_pool_axis axis = {p->in.sizes[2 + i], p->kernel[i], p->stride[i], p->padding[i],
                                     p->dilation[i]};
        WICK_TRY(wick_pool_out_size(call, &axis, ceil_mode, &expected.sizes[2 + i]));
    }
    return same_sizes(&expected, &p->out, 2)
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_ARGUMENT, GRADIENT,
                                WICK_TEXT("gradient has not the shape of the result"));
}

static wick_status prepare_max(const wick_call *call, uint32_t spatial, wick_pool3d_params *p)
{
    WICK_TRY(read_tensors(call, spatial, MAX_OUT, p));
    WICK_TRY(read_window(call, spatial, MAX_DILATION, wick_call_bool(call, MAX_CEIL), p));
    return read_indices(call, MAX_INDICES, spatial, p);
}

wick_status wick_max_pool2d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_max(call, 2, block);
}

wick_status wick_max_pool3d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_max(call, 3, block);
}

wick_status wick_max_pool2d_backward_run(const wick_call *call, const void *block)
{
    return run_indexed(call, block, MAX_INDICES, MAX_OUT, true);
}

static wick_status prepare_avg(const wick_call *call, uint32_t spatial, wick_pool3d_params *p)
{
    WICK_TRY(read_tensors(call, spatial, AVG_OUT, p));
    WICK_TRY(read_window(call, spatial, 0, wick_call_bool(call, AVG_CEIL), p));
    p->counts_padding = wick_call_bool(call, AVG_COUNTS_PADDING);
    return wick_pool3d_read_divisor(call, AVG_DIVISOR, p);
}

wick_status wick_avg_pool2d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_avg(call, 2, block);
}

wick_status wick_avg_pool3d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_avg(call, 3, block);
}

static wick_status run_mean(const wick_call *call, const void *block, uint32_t out)
{
    const wick_pool3d_data data = {.input = wick_call_tensor(call, GRADIENT)->data,
                                   .out = wick_call_tensor(call, out)->data};
    const wick_pool3d_block *const p = block;
    void (*const gradient)(const wick_pool3d_params *, const wick_pool3d_data *) =
        WICK_KERNEL_FOR(p->dtype, wick_avg_pool3d_gradient);
    gradient(p, &data);
    return WICK_OK;
}

wick_status wick_avg_pool2d_backward_run(const wick_call *call, const void *block)
{
    return run_mean(call, block, AVG_OUT);
}

static wick_status prepare_adaptive(const wick_call *call, uint32_t spatial, wick_pool3d_params *p)
{
    WICK_TRY(read_tensors(call, spatial, ADAPTIVE_OUT, p));
    p->windows = WICK_POOL_ADAPTIVE;
    return WICK_OK;
}

wick_status wick_adaptive_avg_pool2d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_adaptive(call, 2, block);
}

wick_status wick_adaptive_avg_pool3d_backward_prepare(const wick_call *call, void *block)
{
    return prepare_adaptive(call, 3, block);
}

wick_status wick_adaptive_avg_pool_backward_run(const wick_call *call, const void *block)
{
    return run_mean(call, block, ADAPTIVE_OUT);
}
