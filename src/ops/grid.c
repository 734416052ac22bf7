// SPDX-License-Identifier: BSD-3-Clause
#include "ops/grid.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/space.h"

enum { INPUT, GRID, MODE, PADDING, ALIGN, OUT };

// [batch, .., coordinate] of two or three axes; two get a depth of stride 0.
static void set_grid_strides(const wick_tensor *grid, wick_grid_params *p)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(grid, strides);
    p->grid_strides[0] = strides[0];
    p->grid_strides[1] = 0;
    for (uint32_t i = 1; i < grid->rank; i++) {
        p->grid_strides[5 - grid->rank + i] = strides[i];
    }
}

static wick_status read_mode(const wick_call *call, uint32_t axes, wick_grid_params *p)
{
    const int64_t mode = wick_call_int(call, MODE);
    const int64_t padding = wick_call_int(call, PADDING);
    const int64_t modes = axes == 2 ? WICK_GRID_CUBIC : WICK_GRID_NEAREST;
    if (mode < 0 || mode > modes) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MODE,
                              WICK_TEXT("no such interpolation in as many dimensions"));
    }
    if (padding < 0 || padding > WICK_GRID_REFLECTION) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, PADDING, WICK_TEXT("no such padding"));
    }
    p->mode = (uint8_t)mode;
    p->padding = (uint8_t)padding;
    p->align_corners = wick_call_bool(call, ALIGN);
    p->axes = (uint8_t)axes;
    return WICK_OK;
}

static wick_status prepare_sampler(const wick_call *call, uint32_t axes, wick_grid_params *p)
{
    const wick_tensor *const grid = wick_call_tensor(call, GRID);
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    *p = (wick_grid_params){.dtype = input->dtype};
    WICK_TRY(wick_call_real_or_f64(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, GRID, INPUT));
    WICK_TRY(wick_call_same_dtype(call, OUT, INPUT));
    WICK_TRY(read_mode(call, axes, p));
    if (input->rank != axes + 2 || grid->rank != axes + 2 || grid->sizes[0] != input->sizes[0] ||
        grid->sizes[axes + 1] != (int32_t)axes) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, GRID,
                              WICK_TEXT("input and grid do not agree in batch and dimensions"));
    }
    WICK_TRY(wick_call_space(call, INPUT, axes, &p->in));
    int32_t sizes[5] = {input->sizes[0], input->sizes[1], 1, 1, 1};
    for (uint32_t i = 0; i < axes; i++) {
        sizes[5 - axes + i] = grid->sizes[1 + i];
        if (p->in.sizes[5 - axes + i] > INT32_MAX / 4) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT, WICK_TEXT("too large"));
        }
    }
    set_grid_strides(grid, p);
    return wick_call_resize_space(call, OUT, axes, true, sizes, &p->out);
}

wick_status wick_grid_sampler_2d_prepare(const wick_call *call, void *block)
{
    return prepare_sampler(call, 2, block);
}

wick_status wick_grid_sampler_3d_prepare(const wick_call *call, void *block)
{
    return prepare_sampler(call, 3, block);
}

wick_status wick_grid_sampler_run(const wick_call *call, const void *block)
{
    const wick_grid_block *const p = block;
    void (*const sample)(const wick_grid_params *, const void *, const void *, void *) =
        WICK_KERNEL_FOR(p->dtype, wick_grid_sample);
    sample(p, wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, GRID)->data,
           wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

enum { THETA, SIZE, AFFINE_ALIGN, AFFINE_OUT };

wick_status wick_affine_grid_prepare(const wick_call *call, void *block)
{
    wick_grid_block *const p = block;
    const wick_tensor *const theta = wick_call_tensor(call, THETA);
    const uint32_t rank = wick_call_list_count(call, SIZE);
    int32_t sizes[5];
    *p = (wick_grid_block){.dtype = theta->dtype,
                           .align_corners = wick_call_bool(call, AFFINE_ALIGN)};
    WICK_TRY(wick_call_real_or_f64(call, THETA));
    WICK_TRY(wick_call_same_dtype(call, AFFINE_OUT, THETA));
    if (rank != 4 && rank != 5) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SIZE,
                              WICK_TEXT("size is not that of a batch of images or volumes"));
    }
    WICK_TRY(wick_call_sizes(call, SIZE, rank, 0, sizes));
    const uint32_t axes = rank - 2;
    if (theta->rank != 3 || theta->sizes[0] != sizes[0] || theta->sizes[1] != (int32_t)axes ||
        theta->sizes[2] != (int32_t)axes + 1 || !wick_tensor_is_contiguous(theta)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, THETA,
                              WICK_TEXT("theta is not a matrix for each image"));
    }
    p->axes = (uint8_t)axes;
    p->in.sizes[0] = sizes[0];
    p->in.sizes[1] = p->in.sizes[2] = 1;
    int32_t shape[5] = {sizes[0]};
    for (uint32_t i = 0; i < axes; i++) {
        p->in.sizes[5 - axes + i] = shape[1 + i] = sizes[2 + i];
    }
    shape[1 + axes] = (int32_t)axes;
    WICK_TRY(wick_call_resize(call, AFFINE_OUT, axes + 2, shape));
    set_grid_strides(wick_call_tensor(call, AFFINE_OUT), p);
    return WICK_OK;
}

wick_status wick_affine_grid_run(const wick_call *call, const void *block)
{
    const wick_grid_block *const p = block;
    void (*const affine)(const wick_grid_params *, const void *, void *) =
        WICK_KERNEL_FOR(p->dtype, wick_grid_affine);
    affine(p, wick_call_tensor(call, THETA)->data, wick_call_tensor(call, AFFINE_OUT)->data);
    return WICK_OK;
}
