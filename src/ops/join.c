// SPDX-License-Identifier: BSD-3-Clause
#include "ops/join.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "ops/layout.h"
#include "ops/promote.h"
#include "ops/scalar.h"

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
    for (uint32_t k = 0; k < count; k++) {
        wick_promotion_add_tensor(&types, wick_call_tensor_at(call, 0, k));
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

// What one dimension keeps of self, and where.
typedef struct kept {
    int32_t count;
    int32_t from; // first index in self
    int32_t to;   // and in out
    int32_t out_size;
} kept;

// What dimension i of self keeps; the last dimension has the first pair of pads.
static wick_status pad_dim(const wick_call *call, uint32_t i, kept *out)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const int32_t size = self->sizes[i];
    const uint32_t pair = self->rank - 1 - i;
    int32_t before = 0;
    int32_t after = 0;
    if (pair < wick_call_list_count(call, 1) / 2) {
        WICK_TRY(wick_call_int32_at(call, 1, 2 * pair, &before));
        WICK_TRY(wick_call_int32_at(call, 1, 2 * pair + 1, &after));
    }
    const int64_t out_size = (int64_t)size + before + after;
    const int64_t count = (int64_t)size + (before < 0 ? before : 0) + (after < 0 ? after : 0);
    if (out_size < 0 || out_size > INT32_MAX || (count < 0 && out_size != 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("size out of range"));
    }
    out->count = count > 0 ? (int32_t)count : 0;
    out->from = before < 0 && count > 0 ? -before : 0;
    out->to = before > 0 && count > 0 ? before : 0;
    out->out_size = (int32_t)out_size;
    return WICK_OK;
}

static wick_status resize_padded(const wick_call *call)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const uint32_t count = wick_call_list_count(call, 1);
    if (count % 2 != 0 || count / 2 > self->rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("pad is no pair for each of the last dimensions"));
    }
    int32_t sizes[WICK_MAX_RANK];
    for (uint32_t i = 0; i < self->rank; i++) {
        kept dim = {0};
        WICK_TRY(pad_dim(call, i, &dim));
        sizes[i] = dim.out_size;
    }
    return wick_call_resize(call, 3, self->rank, sizes);
}

// The loops over what is kept, from self into out.
static wick_status plan_kept(const wick_call *call, wick_pad_block *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const wick_tensor *out = wick_call_tensor(call, 3);
    wick_layout layout = {.rank = self->rank};
    wick_tensor_strides(self, layout.strides[FROM]);
    wick_tensor_strides(out, layout.strides[TO]);
    size_t kept_count = 1;
    for (uint32_t i = 0; i < self->rank; i++) {
        kept dim = {0};
        WICK_TRY(pad_dim(call, i, &dim));
        layout.sizes[i] = dim.count;
        kept_count *= (size_t)dim.count;
        block->from_offset += dim.from * layout.strides[FROM][i];
        block->to_offset += dim.to * layout.strides[TO][i];
    }
    const size_t out_count = wick_tensor_count(out);
    block->fill_count = kept_count == out_count ? 0 : (uint32_t)out_count;
    return wick_layout_walk(call, 3, &layout, out->dim_order, &block->walk);
}

wick_status wick_constant_pad_nd_prepare(const wick_call *call, void *block)
{
    wick_pad_block *b = block;
    const uint32_t dtype = wick_call_tensor(call, 3)->dtype;
    *b = (wick_pad_block){.from_offset = 0};
    if (wick_call_tensor(call, 0)->dtype != dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, 3,
                              WICK_TEXT("out is not of the type of self"));
    }
    WICK_TRY(resize_padded(call));
    WICK_TRY(wick_call_element(call, 2, dtype, b->element));
    return plan_kept(call, b);
}

wick_status wick_constant_pad_nd_run(const wick_call *call, const void *block)
{
    const wick_pad_block *b = block;
    const wick_tensor *self = wick_call_tensor(call, 0);
    const wick_tensor *out = wick_call_tensor(call, 3);
    const uint32_t element_bytes = wick_dtype_size_bytes(out->dtype);
    wick_fill(element_bytes, b->element, b->fill_count, out->data);
    if (b->walk.rank != 0) {
        const uint8_t *from = self->data;
        uint8_t *to = out->data;
        wick_copy_strided(&b->walk, element_bytes, from + (size_t)b->from_offset * element_bytes,
                          to + (size_t)b->to_offset * element_bytes);
    }
    return WICK_OK;
}
