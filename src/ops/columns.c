// SPDX-License-Identifier: BSD-3-Clause
#include "ops/columns.h"

#include "base/failure.h"
#include "ops/axis.h"
#include "ops/check.h"
#include "ops/float64.h"
#include "ops/space.h"

enum { SELF, TO_KERNEL, TO_OUT = 5 };
enum { FROM_SIZE = 1, FROM_KERNEL, FROM_OUT = 6 };

// kernel, dilation, padding and stride follow each other; p->image has its sizes.
static wick_status read_window(const wick_call *call, uint32_t first, wick_columns_params *p)
{
    WICK_TRY(wick_call_sizes(call, first, 2, 1, p->kernel));
    WICK_TRY(wick_call_sizes(call, first + 1, 2, 1, p->dilation));
    WICK_TRY(wick_call_sizes(call, first + 2, 2, 0, p->padding));
    WICK_TRY(wick_call_sizes(call, first + 3, 2, 1, p->stride));
    for (uint32_t i = 0; i < 2; i++) {
        wick_axis axis = {.in = p->image.sizes[WICK_SPACE_HEIGHT + i],
                          .kernel = p->kernel[i],
                          .stride = p->stride[i],
                          .padding = p->padding[i],
                          .dilation = p->dilation[i]};
        WICK_TRY(wick_axis_forward(call, &axis));
        p->windows[i] = axis.out;
    }
    const int64_t kernel = (int64_t)p->kernel[0] * p->kernel[1];
    const int64_t channels = p->image.sizes[WICK_SPACE_CHANNELS];
    if (kernel > INT32_MAX || kernel * (channels > 0 ? channels : 1) > INT32_MAX ||
        (int64_t)p->windows[0] * p->windows[1] > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, first, WICK_TEXT("kernel too large"));
    }
    return WICK_OK;
}

// [batch, rows, windows] or [rows, windows].
static void set_column_strides(const wick_tensor *columns, wick_columns_params *p)
{
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(columns, strides);
    p->strides[0] = columns->rank == 3 ? strides[0] : 0;
    p->strides[1] = strides[columns->rank - 2];
    p->strides[2] = strides[columns->rank - 1];
}

wick_status wick_im2col_prepare(const wick_call *call, void *block)
{
    wick_columns_block *const p = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *p = (wick_columns_block){.dtype = self->dtype};
    WICK_TRY(wick_call_same_dtype(call, TO_OUT, SELF));
    WICK_TRY(wick_call_space(call, SELF, 2, &p->image));
    WICK_TRY(read_window(call, TO_KERNEL, p));
    const int32_t sizes[3] = {p->image.sizes[WICK_SPACE_BATCH],
                              p->image.sizes[WICK_SPACE_CHANNELS] * p->kernel[0] * p->kernel[1],
                              p->windows[0] * p->windows[1]};
    const uint32_t rank = self->rank - 1u;
    WICK_TRY(wick_call_resize(call, TO_OUT, rank, sizes + 3 - rank));
    set_column_strides(wick_call_tensor(call, TO_OUT), p);
    return WICK_OK;
}

wick_status wick_im2col_run(const wick_call *call, const void *block)
{
    wick_columns_of_image(block, wick_call_tensor(call, SELF)->data,
                          wick_call_tensor(call, TO_OUT)->data);
    return WICK_OK;
}

wick_status wick_col2im_prepare(const wick_call *call, void *block)
{
    wick_columns_block *const p = block;
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    *p = (wick_columns_block){.dtype = self->dtype};
    WICK_TRY(wick_call_number_or_f64(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, FROM_OUT, SELF));
    if (self->rank != 2 && self->rank != 3) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("columns have not 2 or 3 dimensions"));
    }
    p->image = (wick_space){{self->rank == 3 ? self->sizes[0] : 1, 1, 1, 1, 1}, {0}};
    int32_t *const sizes = p->image.sizes;
    WICK_TRY(wick_call_sizes(call, FROM_SIZE, 2, 1, sizes + WICK_SPACE_HEIGHT));
    WICK_TRY(read_window(call, FROM_KERNEL, p));
    const int32_t rows = self->sizes[self->rank - 2];
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    if (rows % kernel != 0 || self->sizes[self->rank - 1] != p->windows[0] * p->windows[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("columns are not as many as the windows of the image"));
    }
    sizes[WICK_SPACE_CHANNELS] = rows / kernel;
    WICK_TRY(wick_call_resize_space(call, FROM_OUT, 2, self->rank == 3, sizes, &p->image));
    set_column_strides(self, p);
    return WICK_OK;
}

wick_status wick_col2im_run(const wick_call *call, const void *block)
{
    const wick_columns_block *const p = block;
    void (*const to_image)(const wick_columns_params *, const void *, void *) =
        WICK_KERNEL_FOR(p->dtype, wick_columns_to_image);
    to_image(p, wick_call_tensor(call, SELF)->data, wick_call_tensor(call, FROM_OUT)->data);
    return WICK_OK;
}
