// SPDX-License-Identifier: BSD-3-Clause
#include "ops/copy.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"
#include "ops/layout.h"
#include "ops/view.h"

// Shape of the result, and where its elements lie in self: operand 0 of the layout.
typedef struct view {
    wick_layout layout;
    int32_t offset; // in elements
} view;

enum { FROM, TO };

static wick_layout layout_of(const wick_tensor *tensor)
{
    wick_layout out = {.rank = tensor->rank};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        out.sizes[i] = tensor->sizes[i];
    }
    return out;
}

static view view_of(const wick_tensor *self)
{
    view out = {.layout = layout_of(self)};
    wick_tensor_strides(self, out.layout.strides[FROM]);
    return out;
}

// Leaves dimension `dim` out.
static void remove_dim(wick_layout *layout, uint32_t dim)
{
    layout->rank--;
    for (uint32_t i = dim; i < layout->rank; i++) {
        layout->sizes[i] = layout->sizes[i + 1];
        layout->strides[FROM][i] = layout->strides[FROM][i + 1];
    }
}

static void exchange_dims(wick_layout *layout, uint32_t a, uint32_t b)
{
    const int32_t size = layout->sizes[a];
    const int32_t stride = layout->strides[FROM][a];
    layout->sizes[a] = layout->sizes[b];
    layout->strides[FROM][a] = layout->strides[FROM][b];
    layout->sizes[b] = size;
    layout->strides[FROM][b] = stride;
}

// Fills the block from the view; out has the view's shape by now.
static wick_status plan_walk(const wick_call *call, uint32_t out_arg, view *from,
                             wick_copy_block *block)
{
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    block->from_offset = from->offset;
    block->from_arg = 0;
    block->from_dtype = wick_call_tensor(call, 0)->dtype;
    block->to_dtype = out->dtype;
    block->out_arg = (uint8_t)out_arg;
    wick_tensor_strides(out, from->layout.strides[TO]);
    return wick_layout_walk(call, out_arg, &from->layout, out->dim_order, &block->walk);
}

static wick_status check_same_type(const wick_call *call, uint32_t out_arg)
{
    if (wick_call_tensor(call, 0)->dtype != wick_call_tensor(call, out_arg)->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, out_arg,
                              WICK_TEXT("out is not of the type of self"));
    }
    return WICK_OK;
}

static wick_status plan(const wick_call *call, uint32_t out_arg, view *from, void *block)
{
    WICK_TRY(check_same_type(call, out_arg));
    WICK_TRY(wick_call_resize(call, out_arg, from->layout.rank, from->layout.sizes));
    return plan_walk(call, out_arg, from, block);
}

wick_status wick_alias_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    return plan(call, 1, &from, block);
}

wick_status wick_conj_physical_prepare(const wick_call *call, void *block)
{
    return wick_call_tensor(call, 0)->dtype == WICK_COMPLEX64
               ? wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("complex numbers"))
               : wick_alias_copy_prepare(call, block);
}

wick_status wick_clone_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    return plan(call, 2, &from, block);
}

wick_status wick_clone_dim_order_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    return plan(call, 3, &from, block);
}

static wick_status check_conversion(const wick_call *call, const wick_tensor *from,
                                    const wick_tensor *to)
{
    const bool is_complex = from->dtype == WICK_COMPLEX64 || to->dtype == WICK_COMPLEX64;
    return from->dtype == to->dtype || !is_complex
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, 0,
                                WICK_TEXT("conversion from or to complex numbers"));
}

wick_status wick_to_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    WICK_TRY(check_conversion(call, wick_call_tensor(call, 0), wick_call_tensor(call, 3)));
    WICK_TRY(wick_call_resize(call, 3, from.layout.rank, from.layout.sizes));
    return plan_walk(call, 3, &from, block);
}

// The second argument, broadcast and converted, into the one at `out_arg`, which has its shape.
static wick_status plan_copy_into(const wick_call *call, uint32_t out_arg, wick_copy_block *block)
{
    const wick_tensor *source = wick_call_tensor(call, 1);
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    const wick_view to = wick_view_of(out);
    wick_view from_source = wick_view_of(source);
    if (!wick_view_expand(&from_source, to.rank, to.sizes)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("src does not broadcast to self"));
    }
    WICK_TRY(check_conversion(call, source, out));
    *block = (wick_copy_block){.from_dtype = source->dtype,
                               .to_dtype = out->dtype,
                               .from_arg = 1,
                               .out_arg = (uint8_t)out_arg};
    return wick_view_walk(call, 1, &from_source, &to, &block->walk);
}

wick_status wick_copy_in_place_prepare(const wick_call *call, void *block)
{
    return plan_copy_into(call, 0, block);
}

static wick_status plan_copy_like_self(const wick_call *call, uint32_t out_arg, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    WICK_TRY(wick_view_check_type(call, out_arg, self, wick_call_tensor(call, out_arg)));
    WICK_TRY(wick_call_resize(call, out_arg, self->rank, self->sizes));
    return plan_copy_into(call, out_arg, block);
}

wick_status wick_copy_out_prepare(const wick_call *call, void *block)
{
    return plan_copy_like_self(call, 3, block);
}

wick_status wick_fill_tensor_prepare(const wick_call *call, void *block)
{
    if (wick_call_tensor(call, 1)->rank != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("value has dimensions"));
    }
    return plan_copy_like_self(call, 2, block);
}

// Sizes of view_copy, with at most one -1 derived from the number of elements.
static wick_status view_sizes(const wick_call *call, uint32_t count, int32_t *sizes)
{
    uint64_t known = 1;
    int32_t *derived = 0;
    for (uint32_t i = 0; i < count; i++) {
        WICK_TRY(wick_call_int32_at(call, 1, i, &sizes[i]));
        if (sizes[i] == -1 && derived == 0) {
            derived = &sizes[i];
        } else if (sizes[i] < 0 || known > UINT32_MAX) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1, WICK_TEXT("size out of range"));
        } else {
            known *= (uint32_t)sizes[i];
        }
    }
    const uint64_t total = wick_tensor_count(wick_call_tensor(call, 0));
    if (derived != 0 && known != 0) {
        *derived = (int32_t)(total / known);
        known *= total / known;
    }
    if (known != total || (derived != 0 && *derived < 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("sizes do not hold the elements of self"));
    }
    return WICK_OK;
}

// Strides of a layout whose elements lie in the order of their indices.
static void row_major_strides(const wick_layout *layout, int32_t *strides)
{
    int32_t stride = 1;
    for (uint32_t i = layout->rank; i-- > 0;) {
        strides[i] = stride;
        stride *= layout->sizes[i] > 0 ? layout->sizes[i] : 1;
    }
}

static wick_status resize_view(const wick_call *call)
{
    const uint32_t count = wick_call_list_count(call, 1);
    int32_t sizes[WICK_MAX_RANK];
    if (count > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 1, WICK_TEXT("more than 16 dimensions"));
    }
    WICK_TRY(view_sizes(call, count, sizes));
    return wick_call_resize(call, 2, count, sizes);
}

// The elements keep the order of their indices. A row-major self is read as a tensor of out's
// shape; else out must be row-major and is written as a tensor of self's shape.
wick_status wick_view_copy_prepare(const wick_call *call, void *block)
{
    static const uint8_t order[WICK_MAX_RANK] = {0, 1, 2,  3,  4,  5,  6,  7,
                                                 8, 9, 10, 11, 12, 13, 14, 15};
    const wick_tensor *self = wick_call_tensor(call, 0);
    const wick_tensor *out = wick_call_tensor(call, 2);
    WICK_TRY(check_same_type(call, 2));
    WICK_TRY(resize_view(call));
    const bool is_row_major = wick_tensor_is_row_major(self);
    if (!is_row_major && !wick_tensor_is_row_major(out)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0,
                              WICK_TEXT("neither self nor out is contiguous"));
    }
    wick_copy_block *b = block;
    *b = (wick_copy_block){.from_dtype = self->dtype, .to_dtype = self->dtype, .out_arg = 2};
    wick_layout layout = layout_of(is_row_major ? out : self);
    row_major_strides(&layout, layout.strides[is_row_major ? FROM : TO]);
    wick_tensor_strides(is_row_major ? out : self, layout.strides[is_row_major ? TO : FROM]);
    return wick_layout_walk(call, 2, &layout, is_row_major ? out->dim_order : order, &b->walk);
}

wick_status wick_permute_copy_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    view from = {.layout.rank = self->rank};
    int32_t strides[WICK_MAX_RANK];
    wick_tensor_strides(self, strides);
    uint32_t seen = 0;
    for (uint32_t i = 0; i < self->rank && i < wick_call_list_count(call, 1); i++) {
        uint32_t dim;
        WICK_TRY(wick_call_dim(call, 1, wick_call_int_at(call, 1, i), self->rank, &dim));
        seen |= 1u << dim;
        from.layout.sizes[i] = self->sizes[dim];
        from.layout.strides[FROM][i] = strides[dim];
    }
    if (seen != (1u << self->rank) - 1 || wick_call_list_count(call, 1) != self->rank) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("dims do not name each dimension once"));
    }
    return plan(call, 2, &from, block);
}

wick_status wick_transpose_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    uint32_t a;
    uint32_t b;
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.layout.rank, &a));
    WICK_TRY(wick_call_dim(call, 2, wick_call_int(call, 2), from.layout.rank, &b));
    exchange_dims(&from.layout, a, b);
    return plan(call, 3, &from, block);
}

wick_status wick_t_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    if (from.layout.rank > 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("more than 2 dimensions"));
    }
    if (from.layout.rank == 2) {
        exchange_dims(&from.layout, 0, 1);
    }
    return plan(call, 1, &from, block);
}

// Removes the dimensions of size 1 among those in the mask.
static void squeeze(wick_layout *layout, uint32_t mask)
{
    for (uint32_t i = layout->rank; i-- > 0;) {
        if ((mask >> i & 1u) != 0 && layout->sizes[i] == 1) {
            remove_dim(layout, i);
        }
    }
}

wick_status wick_squeeze_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    uint32_t dim;
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.layout.rank, &dim));
    squeeze(&from.layout, 1u << dim);
    return plan(call, 2, &from, block);
}

wick_status wick_squeeze_copy_dims_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    uint32_t mask = 0;
    for (uint32_t i = 0; i < wick_call_list_count(call, 1); i++) {
        uint32_t dim;
        WICK_TRY(wick_call_dim(call, 1, wick_call_int_at(call, 1, i), from.layout.rank, &dim));
        mask |= 1u << dim;
    }
    squeeze(&from.layout, mask);
    return plan(call, 2, &from, block);
}

wick_status wick_unsqueeze_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    wick_layout *layout = &from.layout;
    uint32_t dim;
    if (layout->rank == WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("more than 16 dimensions"));
    }
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), layout->rank + 1, &dim));
    for (uint32_t i = layout->rank; i > dim; i--) {
        layout->sizes[i] = layout->sizes[i - 1];
        layout->strides[FROM][i] = layout->strides[FROM][i - 1];
    }
    layout->rank++;
    layout->sizes[dim] = 1;
    return plan(call, 2, &from, block);
}

// Dimension i of the result of expand: `size` asked for, over the dimension of self that lies
// there, if one does.
static wick_status expand_dim(const wick_call *call, const view *self, uint32_t i, int32_t size,
                              wick_layout *layout)
{
    const uint32_t lead = layout->rank - self->layout.rank;
    const bool is_new = i < lead;
    const int32_t old = is_new ? 1 : self->layout.sizes[i - lead];
    if (size == -1 && !is_new) {
        size = old;
    }
    if (size < 0 || (size != old && old != 1)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("self does not expand to this size"));
    }
    layout->sizes[i] = size;
    layout->strides[FROM][i] = old == 1 ? 0 : self->layout.strides[FROM][i - lead];
    return WICK_OK;
}

wick_status wick_expand_copy_prepare(const wick_call *call, void *block)
{
    const view self = view_of(wick_call_tensor(call, 0));
    const uint32_t rank = wick_call_list_count(call, 1);
    view from = {.layout.rank = rank};
    if (rank < self.layout.rank || rank > WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 1,
                              WICK_TEXT("number of sizes below the rank of self or above 16"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        int32_t size;
        WICK_TRY(wick_call_int32_at(call, 1, i, &size));
        WICK_TRY(expand_dim(call, &self, i, size, &from.layout));
    }
    return plan(call, 3, &from, block);
}

// A bound of a slice, counted from the end where negative, clamped to [lowest, size].
static int32_t slice_bound(int64_t bound, int32_t lowest, int32_t size)
{
    if (bound < 0) {
        bound += size;
    }
    if (bound < lowest) {
        return lowest;
    }
    return bound > size ? size : (int32_t)bound;
}

wick_status wick_slice_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    const int64_t step = wick_call_int(call, 4);
    uint32_t dim;
    if (from.layout.rank == 0 || step <= 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, from.layout.rank == 0 ? 0 : 4,
                              WICK_TEXT("no dimension to slice, or step not above 0"));
    }
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.layout.rank, &dim));
    const int32_t size = from.layout.sizes[dim];
    const int32_t start =
        wick_call_is_none(call, 2) ? 0 : slice_bound(wick_call_int(call, 2), 0, size);
    const int32_t end =
        wick_call_is_none(call, 3) ? size : slice_bound(wick_call_int(call, 3), start, size);
    const int32_t count = end > start ? (int32_t)((end - start - 1) / step) + 1 : 0;
    int32_t *stride = &from.layout.strides[FROM][dim];
    from.offset = start * *stride;
    from.layout.sizes[dim] = count;
    *stride *= count > 1 ? (int32_t)step : 1; // below the size where there are two
    return plan(call, 5, &from, block);
}

wick_status wick_select_copy_prepare(const wick_call *call, void *block)
{
    view from = view_of(wick_call_tensor(call, 0));
    uint32_t dim;
    if (from.layout.rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 0, WICK_TEXT("no dimension to select"));
    }
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.layout.rank, &dim));
    const int64_t size = from.layout.sizes[dim];
    int64_t index = wick_call_int(call, 2);
    if (index < -size || index >= size) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, 2, WICK_TEXT("index out of range"));
    }
    index += index < 0 ? size : 0;
    from.offset = (int32_t)index * from.layout.strides[FROM][dim];
    remove_dim(&from.layout, dim);
    return plan(call, 3, &from, block);
}

static const void *source(const wick_call *call, const wick_copy_block *block)
{
    const size_t element_bytes = wick_dtype_size_bytes(block->from_dtype);
    return (const uint8_t *)wick_call_tensor(call, block->from_arg)->data +
           (size_t)block->from_offset * element_bytes;
}

wick_status wick_copy_run(const wick_call *call, const void *block)
{
    const wick_copy_block *b = block;
    if (b->walk.rank != 0) {
        wick_copy_strided(&b->walk, wick_dtype_size_bytes(b->from_dtype), source(call, b),
                          wick_call_tensor(call, b->out_arg)->data);
    }
    return WICK_OK;
}

wick_status wick_convert_run(const wick_call *call, const void *block)
{
    const wick_copy_block *b = block;
    if (b->from_dtype == b->to_dtype) {
        return wick_copy_run(call, block);
    }
    if (b->walk.rank != 0) {
        wick_copy_converted(&b->walk, (wick_conversion){b->from_dtype, b->to_dtype},
                            source(call, b), wick_call_tensor(call, b->out_arg)->data);
    }
    return WICK_OK;
}
