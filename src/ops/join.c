// SPDX-License-Identifier: BSD-3-Clause
#include "ops/join.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "ops/layout.h"
#include "ops/promote.h"

enum { FROM, TO };

// torch.cat leaves out tensors of shape [0], whatever the rank of the others.
static bool is_left_out(const wick_tensor *tensor)
{
    return tensor->rank == 1 && tensor->sizes[0] == 0;
}

// Index of the first tensor that counts; the last tensor if none does.
static uint32_t first_tensor(const wick_call *call, uint32_t count)
{
    uint32_t first = 0;
    while (first + 1 < count && is_left_out(wick_call_tensor_at(call, 0, first))) {
        first++;
    }
    return first;
}

// Adds `tensor` to a result that has `layout` so far.
static wick_status join(const wick_call *call, const wick_tensor *tensor, uint32_t dim,
                        wick_layout *layout)
{
    if (tensor->rank != layout->rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("tensors differ in rank"));
    }
    for (uint32_t i = 0; i < layout->rank; i++) {
        if (i != dim && tensor->sizes[i] != layout->sizes[i]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0,
                                  WICK_TEXT("tensors differ in a size beside that of dim"));
        }
    }
    if (tensor->sizes[dim] > INT32_MAX - layout->sizes[dim]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("size out of range"));
    }
    layout->sizes[dim] += tensor->sizes[dim];
    return WICK_OK;
}

static wick_status join_all(const wick_call *call, uint32_t count, wick_cat_block *block,
                            wick_layout *layout)
{
    const wick_tensor *first = wick_call_tensor_at(call, 0, first_tensor(call, count));
    if (first->rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0,
                              WICK_TEXT("tensor without dimensions"));
    }
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), first->rank, &block->dim));
    layout->rank = first->rank;
    for (uint32_t i = 0; i < first->rank; i++) {
        layout->sizes[i] = i == block->dim ? 0 : first->sizes[i];
    }
    for (uint32_t k = 0; k < count; k++) {
        const wick_tensor *tensor = wick_call_tensor_at(call, 0, k);
        if (!is_left_out(tensor)) {
            WICK_TRY(join(call, tensor, block->dim, layout));
        }
    }
    return WICK_OK;
}

static wick_status check_cat_type(const wick_call *call, uint32_t count)
{
    wick_promotion types = WICK_PROMOTION_NONE;
    bool is_one_type = true;
    for (uint32_t k = 0; k < count; k++) {
        const wick_tensor *tensor = wick_call_tensor_at(call, 0, k);
        wick_promotion_add_tensor(&types, tensor);
        is_one_type = is_one_type && tensor->dtype == wick_call_tensor(call, 2)->dtype;
    }
    if (is_one_type) { // of any kind
        return WICK_OK;
    }
    const uint32_t common = wick_promotion_result(&types);
    if (common == WICK_DTYPE_UNKNOWN ||
        !wick_dtype_can_cast(common, wick_call_tensor(call, 2)->dtype)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 2,
                              WICK_TEXT("out cannot hold the type of the result"));
    }
    return WICK_OK;
}

// The loops that copy one tensor into its part of out.
static wick_status part_walk(const wick_call *call, const wick_tensor *tensor, wick_walk *walk)
{
    const wick_tensor *out = wick_call_tensor(call, 2);
    wick_layout layout = {.rank = tensor->rank};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        layout.sizes[i] = tensor->sizes[i];
    }
    wick_tensor_strides(tensor, layout.strides[FROM]);
    wick_tensor_strides(out, layout.strides[TO]);
    return wick_layout_walk(call, 0, &layout, out->dim_order, walk);
}

wick_status wick_cat_prepare(const wick_call *call, void *block)
{
    const uint32_t count = wick_call_list_count(call, 0);
    wick_layout layout = {0};
    if (count == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("no tensors"));
    }
    WICK_TRY(check_cat_type(call, count));
    WICK_TRY(join_all(call, count, block, &layout));
    WICK_TRY(wick_call_resize(call, 2, layout.rank, layout.sizes));
    for (uint32_t k = 0; k < count; k++) {
        const wick_tensor *tensor = wick_call_tensor_at(call, 0, k);
        wick_walk walk;
        if (!is_left_out(tensor)) {
            WICK_TRY(part_walk(call, tensor, &walk)); // so that run cannot fail
        }
    }
    return WICK_OK;
}

static void copy_part(const wick_walk *walk, const wick_tensor *tensor, const wick_tensor *out,
                      uint8_t *to)
{
    if (tensor->dtype == out->dtype) {
        wick_copy_strided(walk, wick_dtype_size_bytes(out->dtype), tensor->data, to);
    } else {
        wick_copy_converted(walk, (wick_conversion){tensor->dtype, out->dtype}, tensor->data, to);
    }
}

wick_status wick_cat_run(const wick_call *call, const void *block)
{
    const uint32_t dim = ((const wick_cat_block *)block)->dim;
    const wick_tensor *out = wick_call_tensor(call, 2);
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(out, strides);
    const size_t pitch_bytes = (size_t)strides[dim] * wick_dtype_size_bytes(out->dtype);
    uint8_t *to = out->data;
    for (uint32_t k = 0; k < wick_call_list_count(call, 0); k++) {
        const wick_tensor *tensor = wick_call_tensor_at(call, 0, k);
        if (wick_tensor_count(tensor) == 0) {
            continue;
        }
        wick_walk walk;
        WICK_TRY(part_walk(call, tensor, &walk));
        copy_part(&walk, tensor, out, to);
        to += (size_t)tensor->sizes[dim] * pitch_bytes;
    }
    return WICK_OK;
}
