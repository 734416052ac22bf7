// SPDX-License-Identifier: BSD-3-Clause
#include "ops/pool3d.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/pool.h"
#include "ops/space.h"

enum { SELF, KERNEL, STRIDE, PADDING };
enum { MAX_DILATION = 4, MAX_CEIL, MAX_OUT, MAX_INDICES };
enum { AVG_CEIL = 4, AVG_COUNTS_PADDING, AVG_DIVISOR, AVG_OUT };
enum { ADAPTIVE_SIZE = 1, ADAPTIVE_OUT, ADAPTIVE_INDICES };
enum { FRACTIONAL_SIZE = 2, SAMPLES, FRACTIONAL_OUT, FRACTIONAL_INDICES };

// Where the arguments of a window stand: kernel, stride and padding follow each other.
typedef struct window_args {
    uint32_t kernel, dilation, spatial; // dilation 0: none
    bool ceil_mode;
} window_args;

static wick_status read_window(const wick_call *call, const window_args *args,
                               wick_pool3d_params *p)
{
    const uint32_t stride = args->kernel + 1;
    WICK_TRY(wick_call_spatial(call, args->kernel, args->spatial, 1, 1, p->kernel));
    const uint32_t from = wick_call_list_count(call, stride) != 0 ? stride : args->kernel;
    WICK_TRY(wick_call_spatial(call, from, args->spatial, 1, 1, p->stride));
    WICK_TRY(wick_call_spatial(call, args->kernel + 2, args->spatial, 0, 0, p->padding));
    p->dilation[0] = p->dilation[1] = p->dilation[2] = 1;
    if (args->dilation != 0) {
        WICK_TRY(wick_call_spatial(call, args->dilation, args->spatial, 1, 1, p->dilation));
    }
    for (uint32_t i = 0; i < 3; i++) {
        const wick_pool_axis axis = {p->in.sizes[2 + i], p->kernel[i], p->stride[i], p->padding[i],
                                     p->dilation[i]};
        WICK_TRY(wick_pool_out_size(call, &axis, args->ceil_mode, &p->out.sizes[2 + i]));
    }
    return WICK_OK;
}

// The input, its dtype, and batch and channels of the result.
static wick_status read_input(const wick_call *call, uint32_t arg, uint32_t spatial,
                              wick_pool3d_params *p)
{
    *p = (wick_pool3d_params){.dtype = wick_call_tensor(call, arg)->dtype,
                              .dilation = {1, 1, 1},
                              .axes = (uint8_t)spatial};
    WICK_TRY(wick_call_space(call, arg, spatial, &p->in));
    p->out.sizes[0] = p->in.sizes[0];
    p->out.sizes[1] = p->in.sizes[1];
    return WICK_OK;
}

static wick_status set_out(const wick_call *call, uint32_t arg, uint32_t spatial,
                           wick_pool3d_params *p)
{
    const bool is_batched = wick_call_tensor(call, SELF)->rank == spatial + 2;
    WICK_TRY(wick_call_resize_space(call, arg, spatial, is_batched, p->out.sizes, &p->out));
    p->index = p->out;
    return WICK_OK;
}

static wick_status set_out_with_indices(const wick_call *call, uint32_t arg, uint32_t spatial,
                                        wick_pool3d_params *p)
{
    const bool is_batched = wick_call_tensor(call, SELF)->rank == spatial + 2;
    WICK_TRY(wick_call_number_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, arg, SELF));
    if (wick_call_tensor(call, arg + 1)->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg + 1,
                              WICK_TEXT("indices are not i64"));
    }
    WICK_TRY(set_out(call, arg, spatial, p));
    return wick_call_resize_space(call, arg + 1, spatial, is_batched, p->out.sizes, &p->index);
}

typedef void pool_kernel(const wick_pool3d_params *params, const wick_pool3d_data *data);

static void run_max(const wick_pool3d_block *p, const wick_pool3d_data *data)
{
    pool_kernel *const pool = WICK_KERNEL_FOR(p->dtype, wick_max_pool3d);
    pool(p, data);
}

static void run_mean(const wick_pool3d_block *p, const wick_pool3d_data *data)
{
    pool_kernel *const pool = WICK_KERNEL_FOR(p->dtype, wick_avg_pool3d);
    pool(p, data);
}

static wick_pool3d_data data_of(const wick_call *call, uint32_t out, bool has_indices)
{
    return (wick_pool3d_data){.input = wick_call_tensor(call, SELF)->data,
                              .out = wick_call_tensor(call, out)->data,
                              .indices = has_indices ? wick_call_tensor(call, out + 1)->data : 0};
}

wick_status wick_max_pool3d_prepare(const wick_call *call, void *block)
{
    const window_args args = {KERNEL, MAX_DILATION, 3, wick_call_bool(call, MAX_CEIL)};
    WICK_TRY(read_input(call, SELF, 3, block));
    WICK_TRY(read_window(call, &args, block));
    return set_out_with_indices(call, MAX_OUT, 3, block);
}

wick_status wick_max_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of(call, MAX_OUT, true);
    run_max(block, &data);
    return WICK_OK;
}

wick_status wick_pool3d_read_divisor(const wick_call *call, uint32_t arg, wick_pool3d_params *p)
{
    if (wick_call_is_none(call, arg)) {
        return WICK_OK;
    }
    const int64_t divisor = wick_call_int(call, arg);
    if (divisor == 0 || divisor > INT32_MAX || divisor < INT32_MIN) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("divisor is zero or beyond 32 bits"));
    }
    p->divisor = (int32_t)divisor;
    return WICK_OK;
}

wick_status wick_avg_pool3d_prepare(const wick_call *call, void *block)
{
    wick_pool3d_block *const p = block;
    const window_args args = {KERNEL, 0, 3, wick_call_bool(call, AVG_CEIL)};
    WICK_TRY(wick_call_same_dtype(call, AVG_OUT, SELF));
    if (wick_call_tensor(call, SELF)->dtype != WICK_INT64) { // as in PyTorch
        WICK_TRY(wick_call_real_or_f64(call, SELF));
    }
    WICK_TRY(read_input(call, SELF, 3, p));
    WICK_TRY(read_window(call, &args, p));
    WICK_TRY(wick_pool3d_read_divisor(call, AVG_DIVISOR, p));
    p->counts_padding = wick_call_bool(call, AVG_COUNTS_PADDING);
    return set_out(call, AVG_OUT, 3, p);
}

wick_status wick_avg_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of(call, AVG_OUT, false);
    run_mean(block, &data);
    return WICK_OK;
}

static wick_status read_adaptive(const wick_call *call, uint32_t spatial, wick_pool3d_params *p)
{
    int32_t size[3];
    WICK_TRY(read_input(call, SELF, spatial, p));
    WICK_TRY(wick_call_spatial(call, ADAPTIVE_SIZE, spatial, 0, 1, size));
    for (uint32_t i = 0; i < 3; i++) {
        p->out.sizes[2 + i] = size[i];
    }
    p->windows = WICK_POOL_ADAPTIVE;
    return WICK_OK;
}

wick_status wick_adaptive_avg_pool3d_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_same_dtype(call, ADAPTIVE_OUT, SELF));
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(read_adaptive(call, 3, block));
    return set_out(call, ADAPTIVE_OUT, 3, block);
}

wick_status wick_adaptive_avg_pool3d_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of(call, ADAPTIVE_OUT, false);
    run_mean(block, &data);
    return WICK_OK;
}

wick_status wick_adaptive_max_pool2d_prepare(const wick_call *call, void *block)
{
    WICK_TRY(read_adaptive(call, 2, block));
    return set_out_with_indices(call, ADAPTIVE_OUT, 2, block);
}

wick_status wick_adaptive_max_pool3d_prepare(const wick_call *call, void *block)
{
    WICK_TRY(read_adaptive(call, 3, block));
    return set_out_with_indices(call, ADAPTIVE_OUT, 3, block);
}

wick_status wick_adaptive_max_pool_run(const wick_call *call, const void *block)
{
    const wick_pool3d_data data = data_of(call, ADAPTIVE_OUT, true);
    run_max(block, &data);
    return WICK_OK;
}

// One random number for each channel and axis.
static wick_status check_samples(const wick_call *call, uint32_t spatial,
                                 const wick_pool3d_params *p)
{
    const wick_tensor *const samples = wick_call_tensor(call, SAMPLES);
    WICK_TRY(wick_call_same_dtype(call, SAMPLES, SELF));
    if (samples->rank != 3 || !wick_tensor_is_contiguous(samples) ||
        samples->sizes[0] < p->in.sizes[0] || samples->sizes[1] != p->in.sizes[1] ||
        samples->sizes[2] != (int32_t)spatial) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SAMPLES,
                              WICK_TEXT("random samples have not one number for each axis of each "
                                        "channel"));
    }
    return WICK_OK;
}

static wick_status prepare_fractional(const wick_call *call, uint32_t spatial,
                                      wick_pool3d_params *p)
{
    int32_t size[3];
    WICK_TRY(wick_call_real_or_f64(call, SELF));
    WICK_TRY(read_input(call, SELF, spatial, p));
    WICK_TRY(wick_call_spatial(call, KERNEL, spatial, 1, 1, p->kernel));
    WICK_TRY(wick_call_spatial(call, FRACTIONAL_SIZE, spatial, 1, 1, size));
    for (uint32_t i = 0; i < 3; i++) {
        p->out.sizes[2 + i] = size[i];
        if ((int64_t)size[i] + p->kernel[i] - 1 > p->in.sizes[2 + i]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, KERNEL,
                                  WICK_TEXT("kernel and size of the result are too large"));
        }
    }
    p->windows = WICK_POOL_FRACTIONAL;
    WICK_TRY(check_samples(call, spatial, p));
    return set_out_with_indices(call, FRACTIONAL_OUT, spatial, p);
}

wick_status wick_fractional_max_pool2d_prepare(const wick_call *call, void *block)
{
    return prepare_fractional(call, 2, block);
}

wick_status wick_fractional_max_pool3d_prepare(const wick_call *call, void *block)
{
    return prepare_fractional(call, 3, block);
}

wick_status wick_fractional_max_pool_run(const wick_call *call, const void *block)
{
    wick_pool3d_data data = data_of(call, FRACTIONAL_OUT, true);
    data.samples = wick_call_tensor(call, SAMPLES)->data;
    run_max(block, &data);
    return WICK_OK;
}
