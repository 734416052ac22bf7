// SPDX-License-Identifier: BSD-3-Clause
#include "ops/pad.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "ops/layout.h"
#include "ops/scalar.h"

enum { FROM, TO };
enum { SELF, PAD, VALUE, OUT };                                             // constant_pad_nd
enum { CORTEX_M_BEFORE = 1, CORTEX_M_AFTER, CORTEX_M_VALUE, CORTEX_M_OUT }; // cortex_m::pad

// Elements added at the ends of each dimension; a negative number takes away.
typedef struct pads {
    int32_t before[WICK_MAX_RANK];
    int32_t after[WICK_MAX_RANK];
} pads;

// What one dimension keeps of self, and where.
typedef struct kept {
    int32_t count;
    int32_t from; // first index in self
    int32_t to;   // and in out
    int32_t out_size;
} kept;

static wick_status pad_dim(const wick_call *call, const pads *p, uint32_t i, kept *out)
{
    const int32_t size = wick_call_tensor(call, SELF)->sizes[i];
    const int32_t before = p->before[i];
    const int32_t after = p->after[i];
    const int64_t out_size = (int64_t)size + before + after;
    const int64_t count = (int64_t)size + (before < 0 ? before : 0) + (after < 0 ? after : 0);
    if (out_size < 0 || out_size > INT32_MAX || (count < 0 && out_size != 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, PAD, WICK_TEXT("size out of range"));
    }
    out->count = count > 0 ? (int32_t)count : 0;
    out->from = before < 0 && count > 0 ? -before : 0;
    out->to = before > 0 && count > 0 ? before : 0;
    out->out_size = (int32_t)out_size;
    return WICK_OK;
}

static wick_status resize_padded(const wick_call *call, const pads *p, uint32_t out_arg)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    int32_t sizes[WICK_MAX_RANK];
    for (uint32_t i = 0; i < self->rank; i++) {
        kept dim = {0};
        WICK_TRY(pad_dim(call, p, i, &dim));
        sizes[i] = dim.out_size;
    }
    return wick_call_resize(call, out_arg, self->rank, sizes);
}

// The loops over what is kept, from self into out.
static wick_status plan_kept(const wick_call *call, const pads *p, wick_pad_block *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, block->out_arg);
    wick_layout layout = {.rank = self->rank};
    wick_tensor_strides(self, layout.strides[FROM]);
    wick_tensor_strides(out, layout.strides[TO]);
    size_t kept_count = 1;
    for (uint32_t i = 0; i < self->rank; i++) {
        kept dim = {0};
        WICK_TRY(pad_dim(call, p, i, &dim));
        layout.sizes[i] = dim.count;
        kept_count *= (size_t)dim.count;
        block->from_offset += dim.from * layout.strides[FROM][i];
        block->to_offset += dim.to * layout.strides[TO][i];
    }
    const size_t out_count = wick_tensor_count(out);
    block->fill_count = kept_count == out_count ? 0 : (uint32_t)out_count;
    return wick_layout_walk(call, block->out_arg, &layout, out->dim_order, &block->walk);
}

static wick_status plan(const wick_call *call, const pads *p, uint32_t value_arg, uint32_t out_arg,
                        wick_pad_block *block)
{
    const uint32_t dtype = wick_call_tensor(call, out_arg)->dtype;
    *block = (wick_pad_block){.out_arg = out_arg};
    if (wick_call_tensor(call, SELF)->dtype != dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, out_arg,
                              WICK_TEXT("out is not of the type of self"));
    }
    WICK_TRY(resize_padded(call, p, out_arg));
    WICK_TRY(wick_call_element(call, value_arg, dtype, block->element));
    return plan_kept(call, p, block);
}

// The last dimension has the first pair.
wick_status wick_constant_pad_nd_prepare(const wick_call *call, void *block)
{
    const uint32_t rank = wick_call_tensor(call, SELF)->rank;
    const uint32_t count = wick_call_list_count(call, PAD);
    if (count % 2 != 0 || count / 2 > rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, PAD,
                              WICK_TEXT("pad is no pair for each of the last dimensions"));
    }
    pads p = {{0}, {0}};
    for (uint32_t pair = 0; pair < count / 2; pair++) {
        WICK_TRY(wick_call_int32_at(call, PAD, 2 * pair, &p.before[rank - 1 - pair]));
        WICK_TRY(wick_call_int32_at(call, PAD, 2 * pair + 1, &p.after[rank - 1 - pair]));
    }
    return plan(call, &p, VALUE, OUT, block);
}

// Whether a tensor counts as channels-last to the exporter, which looks at its sizes first.
static bool is_channels_last(const wick_tensor *tensor)
{
    if (tensor->rank != 4) {
        return false;
    }
    const int32_t *const sizes = tensor->sizes;
    return sizes[1] == 1 || (sizes[2] == 1 && sizes[3] == 1) ||
           (tensor->dim_order[0] == 0 && tensor->dim_order[1] == 2);
}

wick_status wick_cortex_m_pad_prepare(const wick_call *call, void *block)
{
    static const uint8_t places[2][4] = {{0, 1, 2, 3}, {0, 3, 1, 2}}; // of each dimension
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    if (self->rank > 4 || wick_call_list_count(call, CORTEX_M_BEFORE) != 4 ||
        wick_call_list_count(call, CORTEX_M_AFTER) != 4) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, PAD,
                              WICK_TEXT("not four pads, or more than 4 dimensions"));
    }
    pads p = {{0}, {0}};
    for (uint32_t i = 0; i < self->rank; i++) {
        const uint32_t place = places[is_channels_last(self)][4u - self->rank + i];
        WICK_TRY(wick_call_int32_at(call, CORTEX_M_BEFORE, place, &p.before[i]));
        WICK_TRY(wick_call_int32_at(call, CORTEX_M_AFTER, place, &p.after[i]));
    }
    return plan(call, &p, CORTEX_M_VALUE, CORTEX_M_OUT, block);
}

wick_status wick_pad_run(const wick_call *call, const void *block)
{
    const wick_pad_block *b = block;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, b->out_arg);
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
