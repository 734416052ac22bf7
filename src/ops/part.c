// SPDX-License-Identifier: BSD-3-Clause
#include "ops/part.h"

#include "base/failure.h"
#include "ops/layout.h"

#include <string.h>

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// A bound of a slice, counted from the end where negative, clamped to [lowest, size].
static int32_t slice_bound(const wick_call *call, uint32_t arg, int32_t otherwise, int32_t lowest,
                           int32_t size)
{
    if (wick_call_is_none(call, arg)) {
        return otherwise;
    }
    int64_t bound = wick_call_int(call, arg);
    bound += bound < 0 ? size : 0;
    return bound < lowest ? lowest : bound > size ? size : (int32_t)bound;
}

wick_status wick_part_slice(const wick_call *call, uint32_t arg, wick_view *view)
{
    const int64_t step = wick_call_int(call, arg + 3);
    uint32_t dim;
    if (view->rank == 0 || step <= 0) {
        return refuse(call, arg, WICK_TEXT("no dimension to slice, or step not above 0"));
    }
    WICK_TRY(wick_call_dim(call, arg, wick_call_int(call, arg), view->rank, &dim));
    const int32_t size = view->sizes[dim];
    const int32_t start = slice_bound(call, arg + 1, 0, 0, size);
    const int32_t end = slice_bound(call, arg + 2, size, start, size);
    const int32_t count = end > start ? (int32_t)((end - start - 1) / step) + 1 : 0;
    wick_view_slice(view, dim, start, count, count > 1 ? (int32_t)step : 1);
    return WICK_OK;
}

wick_status wick_part_select(const wick_call *call, uint32_t arg, wick_view *view)
{
    uint32_t dim;
    WICK_TRY(wick_call_dim(call, arg, wick_call_int(call, arg), view->rank, &dim));
    const int64_t size = view->rank != 0 ? view->sizes[dim] : 0;
    int64_t index = wick_call_int(call, arg + 1);
    if (index < -size || index >= size) {
        return refuse(call, arg + 1, WICK_TEXT("index out of range"));
    }
    index += index < 0 ? size : 0;
    wick_view_slice(view, dim, (int32_t)index, 1, 1);
    wick_view_remove(view, dim);
    return WICK_OK;
}

wick_status wick_part_diagonal(const wick_call *call, uint32_t arg, wick_view *view)
{
    const int64_t offset = wick_call_int(call, arg);
    uint32_t a;
    uint32_t b;
    WICK_TRY(wick_call_dim(call, arg + 1, wick_call_int(call, arg + 1), view->rank, &a));
    WICK_TRY(wick_call_dim(call, arg + 2, wick_call_int(call, arg + 2), view->rank, &b));
    if (a == b || offset <= INT32_MIN || offset > INT32_MAX) {
        return refuse(call, arg, WICK_TEXT("dim1 is dim2, or offset out of range"));
    }
    const int64_t first = offset < 0 ? -offset : 0; // index of the first element in a
    const int64_t second = offset > 0 ? offset : 0; // and in b
    const int64_t rows = view->sizes[a] - first;
    const int64_t columns = view->sizes[b] - second;
    const int64_t count = rows < columns ? rows : columns;
    const int32_t stride = view->strides[a] + view->strides[b];
    if (count > 0) {
        view->offset += (int32_t)first * view->strides[a] + (int32_t)second * view->strides[b];
    }
    wick_view_remove(view, a > b ? a : b);
    wick_view_remove(view, a > b ? b : a);
    wick_view_insert(view, view->rank, count > 0 ? (int32_t)count : 0, stride);
    return WICK_OK;
}

wick_status wick_part_as_strided(const wick_call *call, uint32_t arg, wick_view *view)
{
    const uint32_t rank = wick_call_list_count(call, arg);
    const int64_t total = (int64_t)wick_tensor_count(wick_call_tensor(call, 0));
    const int64_t offset = wick_call_is_none(call, arg + 2) ? 0 : wick_call_int(call, arg + 2);
    int64_t last = offset < total ? offset : total; // `total` stays refused
    bool is_empty = false;
    if (rank != wick_call_list_count(call, arg + 1) || rank > WICK_MAX_RANK || offset < 0) {
        return refuse(call, arg, WICK_TEXT("sizes, strides or offset out of range"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        WICK_TRY(wick_call_int32_at(call, arg, i, &view->sizes[i]));
        WICK_TRY(wick_call_int32_at(call, arg + 1, i, &view->strides[i]));
        if (view->sizes[i] < 0 || view->strides[i] < 0) {
            return refuse(call, arg, WICK_TEXT("a size or stride below 0"));
        }
        is_empty = is_empty || view->sizes[i] == 0;
        const int64_t step = view->sizes[i] > 1 ? view->strides[i] : 0;
        last += is_empty ? 0 : (view->sizes[i] - 1) * step;
        if (!is_empty && last >= total) {
            last = total; // stays refused, and far from an overflow
        }
        view->strides[i] = (int32_t)step;
    }
    if (!is_empty && last >= total) {
        return refuse(call, arg, WICK_TEXT("reaches beyond the memory of self"));
    }
    view->rank = rank;
    view->offset = is_empty ? 0 : (int32_t)offset;
    return WICK_OK;
}

typedef wick_status part_function(const wick_call *call, uint32_t arg, wick_view *view);

enum { SELF, SRC, FIRST_ARGUMENT };

static bool same_sizes(const wick_view *a, const wick_view *b)
{
    return a->rank == b->rank && memcmp(a->sizes, b->sizes, a->rank * sizeof a->sizes[0]) == 0;
}

// The part of out, and src, which may be broadcast to it where PyTorch allows it.
static __attribute__((noinline)) wick_status find_part(const wick_call *call, uint32_t out_arg, part_function *find,
                             bool expands, wick_view *src, wick_view *part)
{
    *part = wick_view_of(wick_call_tensor(call, out_arg));
    *src = wick_view_of(wick_call_tensor(call, SRC));
    WICK_TRY(find(call, FIRST_ARGUMENT, part));
    if (expands && !wick_view_expand(src, part->rank, part->sizes)) {
        return refuse(call, SRC, WICK_TEXT("src does not broadcast to the part"));
    }
    return same_sizes(src, part)
               ? WICK_OK
               : refuse(call, SRC, WICK_TEXT("src has not the shape of the part"));
}

static __attribute__((noinline)) wick_status check_part(const wick_call *call, uint32_t out_arg,
                                                        part_function *find, bool expands)
{
    wick_view src;
    wick_view part;
    wick_walk walk;
    WICK_TRY(find_part(call, out_arg, find, expands, &src, &part));
    return wick_view_walk(call, SRC, &src, &part, &walk);
}

static __attribute__((noinline)) wick_status check_whole(const wick_call *call, uint32_t out_arg)
{
    const wick_view self = wick_view_of(wick_call_tensor(call, SELF));
    const wick_view out = wick_view_of(wick_call_tensor(call, out_arg));
    wick_walk walk;
    return wick_view_walk(call, SELF, &self, &out, &walk);
}

static wick_status prepare(const wick_call *call, uint32_t out_arg, part_function *find,
                           bool expands, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    ((wick_part_block *)block)->out_arg = out_arg;
    WICK_TRY(wick_view_check_type(call, out_arg, self, wick_call_tensor(call, out_arg)));
    WICK_TRY(wick_call_resize(call, out_arg, self->rank, self->sizes));
    WICK_TRY(check_part(call, out_arg, find, expands));
    return check_whole(call, out_arg);
}

static wick_status run(const wick_call *call, const void *block, part_function *find, bool expands)
{
    const uint32_t out_arg = ((const wick_part_block *)block)->out_arg;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    wick_view src = wick_view_of(self);
    wick_view part = wick_view_of(out);
    WICK_TRY(wick_view_copy(call, out_arg, self, &src, out, &part));
    WICK_TRY(find_part(call, out_arg, find, expands, &src, &part));
    return wick_view_copy(call, out_arg, wick_call_tensor(call, SRC), &src, out, &part);
}

wick_status wick_slice_scatter_prepare(const wick_call *call, void *block)
{
    return prepare(call, 6, wick_part_slice, true, block);
}

wick_status wick_slice_scatter_run(const wick_call *call, const void *block)
{
    return run(call, block, wick_part_slice, true);
}

wick_status wick_select_scatter_prepare(const wick_call *call, void *block)
{
    return prepare(call, 4, wick_part_select, false, block);
}

wick_status wick_select_scatter_run(const wick_call *call, const void *block)
{
    return run(call, block, wick_part_select, false);
}

wick_status wick_diagonal_scatter_prepare(const wick_call *call, void *block)
{
    return prepare(call, 5, wick_part_diagonal, false, block);
}

wick_status wick_diagonal_scatter_run(const wick_call *call, const void *block)
{
    return run(call, block, wick_part_diagonal, false);
}

wick_status wick_as_strided_scatter_prepare(const wick_call *call, void *block)
{
    return prepare(call, 5, wick_part_as_strided, false, block);
}

wick_status wick_as_strided_scatter_run(const wick_call *call, const void *block)
{
    return run(call, block, wick_part_as_strided, false);
}

enum { EMBED_OFFSET = 1, EMBED_OUT = 4 };

// Sizes of the out: two dimensions more than self has, one less for its last, which is the
// diagonal.
static wick_status embed_sizes(const wick_call *call, uint32_t *rank, int32_t sizes[WICK_MAX_RANK])
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const int64_t offset = wick_call_int(call, EMBED_OFFSET);
    uint32_t a;
    uint32_t b;
    *rank = self->rank + 1u;
    if (self->rank == 0 || self->rank == WICK_MAX_RANK || offset > INT32_MAX / 2 ||
        offset < -INT32_MAX / 2) {
        return refuse(call, SELF, WICK_TEXT("no dimension, more than 15, or offset out of range"));
    }
    WICK_TRY(wick_call_dim(call, 2, wick_call_int(call, 2), *rank, &a));
    WICK_TRY(wick_call_dim(call, 3, wick_call_int(call, 3), *rank, &b));
    const int64_t size = self->sizes[self->rank - 1] + (offset < 0 ? -offset : offset);
    if (size > INT32_MAX || a == b) {
        return refuse(call, 2, WICK_TEXT("dim1 is dim2, or size out of range"));
    }
    for (uint32_t i = 0, k = 0; i < *rank; i++) {
        sizes[i] = i == a || i == b ? (int32_t)size : self->sizes[k++];
    }
    return WICK_OK;
}

static wick_status embed_diagonal(const wick_call *call, wick_view *part)
{
    *part = wick_view_of(wick_call_tensor(call, EMBED_OUT));
    return wick_part_diagonal(call, EMBED_OFFSET, part);
}

wick_status wick_diag_embed_prepare(const wick_call *call, void *block)
{
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
    wick_view part;
    wick_walk walk;
    const wick_tensor *self = wick_call_tensor(call, SELF);
    ((wick_part_block *)block)->out_arg = EMBED_OUT;
    WICK_TRY(wick_view_check_type(call, EMBED_OUT, self, wick_call_tensor(call, EMBED_OUT)));
    WICK_TRY(embed_sizes(call, &rank, sizes));
    WICK_TRY(wick_call_resize(call, EMBED_OUT, rank, sizes));
    WICK_TRY(embed_diagonal(call, &part));
    const wick_view src = wick_view_of(self);
    return wick_view_walk(call, SELF, &src, &part, &walk);
}

wick_status wick_diag_embed_run(const wick_call *call, const void *block)
{
    const wick_tensor *self = wick_call_tensor(call, SELF);
    const wick_tensor *out = wick_call_tensor(call, ((const wick_part_block *)block)->out_arg);
    const wick_view src = wick_view_of(self);
    wick_view part;
    WICK_TRY(embed_diagonal(call, &part));
    memset(out->data, 0, wick_tensor_size_bytes(out));
    return wick_view_copy(call, SELF, self, &src, out, &part);
}
