// SPDX-License-Identifier: BSD-3-Clause
#include "ops/copy_view.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/part.h"
#include "ops/view.h"

static wick_status refuse(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

// Fills the block for elements of `dtype` that lie so in self and so in out.
static wick_status plan_pair(const wick_call *call, uint32_t out_arg, uint32_t dtype,
                             const wick_view *from, const wick_view *to, wick_copy_block *block)
{
    *block = (wick_copy_block){.from_offset = from->offset,
                               .from_dtype = (uint8_t)dtype,
                               .to_dtype = (uint8_t)dtype,
                               .out_arg = (uint8_t)out_arg};
    return wick_view_walk(call, out_arg, from, to, &block->walk);
}

static wick_status check_type(const wick_call *call, uint32_t out_arg)
{
    return wick_view_check_type(call, out_arg, wick_call_tensor(call, 0),
                                wick_call_tensor(call, out_arg));
}

// The out has the shape of the view.
static wick_status plan(const wick_call *call, uint32_t out_arg, const wick_view *from, void *block)
{
    WICK_TRY(check_type(call, out_arg));
    WICK_TRY(wick_call_resize(call, out_arg, from->rank, from->sizes));
    const wick_tensor *out = wick_call_tensor(call, out_arg);
    const wick_view to = wick_view_of(out);
    return plan_pair(call, out_arg, out->dtype, from, &to, block);
}

wick_status wick_as_strided_copy_prepare(const wick_call *call, void *block)
{
    wick_view from = wick_view_of(wick_call_tensor(call, 0));
    WICK_TRY(wick_part_as_strided(call, 1, &from));
    return plan(call, 4, &from, block);
}

wick_status wick_diagonal_copy_prepare(const wick_call *call, void *block)
{
    wick_view from = wick_view_of(wick_call_tensor(call, 0));
    WICK_TRY(wick_part_diagonal(call, 1, &from));
    return plan(call, 4, &from, block);
}

wick_status wick_flip_prepare(const wick_call *call, void *block)
{
    wick_view from = wick_view_of(wick_call_tensor(call, 0));
    uint32_t seen = 0;
    for (uint32_t i = 0; i < wick_call_list_count(call, 1); i++) {
        uint32_t dim;
        WICK_TRY(wick_call_dim(call, 1, wick_call_int_at(call, 1, i), from.rank, &dim));
        if ((seen >> dim & 1u) != 0) {
            return refuse(call, 1, WICK_TEXT("a dimension stands twice among dims"));
        }
        seen |= 1u << dim;
        if (from.rank != 0 && from.sizes[dim] > 1) {
            from.offset += (from.sizes[dim] - 1) * from.strides[dim];
            from.strides[dim] = -from.strides[dim];
        }
    }
    return plan(call, 2, &from, block);
}

wick_status wick_narrow_copy_prepare(const wick_call *call, void *block)
{
    wick_view from = wick_view_of(wick_call_tensor(call, 0));
    uint32_t dim;
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.rank, &dim));
    const int64_t size = from.rank != 0 ? from.sizes[dim] : 0;
    const int64_t length = wick_call_int(call, 3);
    int64_t start = wick_call_int(call, 2);
    start += start < 0 ? size : 0;
    if (from.rank == 0 || start < 0 || start > size || length < 0 || length > size - start) {
        return refuse(call, 2, WICK_TEXT("the part does not lie inside self"));
    }
    wick_view_slice(&from, dim, (int32_t)start, (int32_t)length, 1);
    return plan(call, 4, &from, block);
}

wick_status wick_unfold_copy_prepare(const wick_call *call, void *block)
{
    wick_view from = wick_view_of(wick_call_tensor(call, 0));
    uint32_t dim;
    WICK_TRY(wick_call_dim(call, 1, wick_call_int(call, 1), from.rank, &dim));
    const int64_t size = wick_call_int(call, 2);
    const int64_t step = wick_call_int(call, 3);
    if (from.rank == 0) {
        wick_view_insert(&from, 0, 1, 1);
        from.rank = 0;
    }
    if (from.rank == WICK_MAX_RANK || size < 0 || size > from.sizes[dim] || step <= 0) {
        return refuse(call, 2, WICK_TEXT("size or step out of range"));
    }
    const int32_t stride = from.strides[dim];
    const int32_t count = (int32_t)((from.sizes[dim] - size) / step) + 1;
    if (from.rank != 0) {
        wick_view_slice(&from, dim, 0, count, (int32_t)(step < INT32_MAX ? step : INT32_MAX));
    }
    wick_view_insert(&from, from.rank, (int32_t)size, stride);
    return plan(call, 4, &from, block);
}

// Size of a repeated dimension.
static wick_status repeat_dim(const wick_call *call, uint32_t i, int32_t size, int32_t *times,
                              int32_t *out)
{
    WICK_TRY(wick_call_int32_at(call, 1, i, times));
    if (*times < 0 || (size > 0 && *times > INT32_MAX / size)) {
        return refuse(call, 1, WICK_TEXT("number of repeats out of range"));
    }
    *out = *times * size;
    return WICK_OK;
}

// Out's dimension of n * size elements is walked as [n, size], and self's as [n, size] with a step
// of 0 between the repeats.
wick_status wick_repeat_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const uint32_t rank = wick_call_list_count(call, 1);
    const uint32_t lead = rank - self->rank;
    int32_t times[WICK_MAX_RANK];
    int32_t sizes[WICK_MAX_RANK];
    if (rank < self->rank || rank > WICK_MAX_RANK) {
        return refuse(call, 1, WICK_TEXT("fewer repeats than dimensions, or more than 16"));
    }
    for (uint32_t i = 0; i < rank; i++) {
        WICK_TRY(repeat_dim(call, i, i < lead ? 1 : self->sizes[i - lead], &times[i], &sizes[i]));
    }
    WICK_TRY(check_type(call, 2));
    WICK_TRY(wick_call_resize(call, 2, rank, sizes));
    wick_view from = wick_view_of(self);
    wick_view to = wick_view_of(wick_call_tensor(call, 2));
    for (uint32_t i = rank; i-- > 0;) {
        const int32_t size = i < lead ? 1 : self->sizes[i - lead];
        if (i < lead) {
            wick_view_insert(&from, 0, times[i], 0);
        } else if (times[i] != 1 && size != 1) {
            if (to.rank == WICK_MAX_RANK) {
                return wick_call_fail(call, WICK_NOT_SUPPORTED, 0,
                                      WICK_TEXT("too many dimensions repeated"));
            }
            const int32_t stride = to.strides[i];
            to.sizes[i] = size;
            wick_view_insert(&to, i, times[i], times[i] > 1 ? stride * size : stride);
            wick_view_insert(&from, i - lead, times[i], 0);
        } else if (size == 1) {
            from.sizes[i - lead] = times[i];
            from.strides[i - lead] = 0;
        }
    }
    return plan_pair(call, 2, self->dtype, &from, &to, block);
}

// Splits dimension `dim` into [size / part, part].
static void split_dim(wick_view *view, uint32_t dim, int32_t part)
{
    const int32_t stride = view->strides[dim];
    const int32_t count = view->sizes[dim] / part;
    view->sizes[dim] = part;
    wick_view_insert(view, dim, count, count > 1 ? stride * part : stride);
}

// Moves dimension `from` to place `to` (before it).
static void move_dim(wick_view *view, uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i > to; i--) {
        wick_view_exchange(view, i, i - 1);
    }
}

enum { IMAGE_RANK = 3 }; // channels, rows, columns: the last dimensions

static wick_status image_factor(const wick_call *call, int32_t *factor)
{
    const int64_t given = wick_call_int(call, 1);
    const uint32_t rank = wick_call_tensor(call, 0)->rank;
    if (rank < IMAGE_RANK || rank + 3 > WICK_MAX_RANK || given <= 0 || given > 32767) {
        return refuse(call, 1, WICK_TEXT("fewer than 3 dimensions, or factor out of range"));
    }
    *factor = (int32_t)given;
    return WICK_OK;
}

// [.., C * f * f, H, W] -> [.., C, H * f, W * f]: out[c, h, i, w, j] = self[c, i, j, h, w]. With
// `small` the view that has the many channels and `large` the other: both as [C, H, f, W, f].
static void pair_pixels(wick_view *small, wick_view *large, int32_t factor)
{
    const uint32_t c = small->rank - IMAGE_RANK;
    split_dim(small, c, factor);     // C * f, f, H, W
    split_dim(small, c, factor);     // C, f, f, H, W
    move_dim(small, c + 3, c + 1);   // C, H, f, f, W
    move_dim(small, c + 4, c + 3);   // C, H, f, W, f
    split_dim(large, c + 2, factor); // C, H * f, W, f
    split_dim(large, c + 1, factor); // C, H, f, W, f
}

wick_status wick_pixel_shuffle_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    int32_t f = 0;
    WICK_TRY(image_factor(call, &f));
    wick_view from = wick_view_of(self);
    int32_t *sizes = from.sizes + from.rank - IMAGE_RANK;
    if (sizes[0] % (f * f) != 0 || sizes[1] > INT32_MAX / f || sizes[2] > INT32_MAX / f) {
        return refuse(call, 0, WICK_TEXT("channels do not divide by the square of the factor"));
    }
    sizes[0] /= f * f;
    sizes[1] *= f;
    sizes[2] *= f;
    WICK_TRY(check_type(call, 2));
    WICK_TRY(wick_call_resize(call, 2, from.rank, from.sizes));
    from = wick_view_of(self);
    wick_view to = wick_view_of(wick_call_tensor(call, 2));
    pair_pixels(&from, &to, f);
    return plan_pair(call, 2, self->dtype, &from, &to, block);
}

wick_status wick_pixel_unshuffle_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    int32_t f = 0;
    WICK_TRY(image_factor(call, &f));
    wick_view from = wick_view_of(self);
    int32_t *sizes = from.sizes + from.rank - IMAGE_RANK;
    if (sizes[1] % f != 0 || sizes[2] % f != 0 || sizes[0] > INT32_MAX / (f * f)) {
        return refuse(call, 0, WICK_TEXT("rows or columns do not divide by the factor"));
    }
    if (wick_tensor_count(self) != 0) { // PyTorch gives an empty image back as it is
        sizes[0] *= f * f;
        sizes[1] /= f;
        sizes[2] /= f;
    }
    WICK_TRY(check_type(call, 2));
    WICK_TRY(wick_call_resize(call, 2, from.rank, from.sizes));
    from = wick_view_of(self);
    wick_view to = wick_view_of(wick_call_tensor(call, 2));
    if (wick_tensor_count(self) != 0) {
        pair_pixels(&to, &from, f);
    }
    return plan_pair(call, 2, self->dtype, &from, &to, block);
}

// The view in units of a `ratio`-th of its elements, with a last dimension of `ratio` units.
static void into_units(wick_view *view, int32_t ratio)
{
    for (uint32_t i = 0; i < view->rank; i++) {
        view->strides[i] *= ratio;
    }
    wick_view_insert(view, view->rank, ratio, 1);
}

// An integer type of so many bytes.
static uint32_t unit_dtype(uint32_t size_bytes)
{
    static const uint8_t dtypes[] = {
        [1] = WICK_UINT8, [2] = WICK_INT16, [4] = WICK_INT32, [8] = WICK_INT64};
    return dtypes[size_bytes];
}

// The bytes of the last dimension as elements of out's type.
wick_status wick_view_dtype_copy_prepare(const wick_call *call, void *block)
{
    const wick_tensor *self = wick_call_tensor(call, 0);
    const uint32_t from_bytes = wick_dtype_size_bytes(self->dtype);
    const uint32_t to_bytes = wick_dtype_size_bytes(wick_call_tensor(call, 2)->dtype);
    const uint32_t unit = from_bytes < to_bytes ? from_bytes : to_bytes;
    const int32_t ratio = (int32_t)((from_bytes > to_bytes ? from_bytes : to_bytes) / unit);
    wick_view from = wick_view_of(self);
    int32_t *last = &from.sizes[from.rank - (from.rank != 0)];
    if (ratio != 1 && (from.rank == 0 || from.rank == WICK_MAX_RANK ||
                       (from_bytes > to_bytes ? *last > INT32_MAX / ratio : *last % ratio != 0))) {
        return refuse(call, 0, WICK_TEXT("the last dimension does not hold whole elements"));
    }
    if (ratio != 1) {
        *last = from_bytes > to_bytes ? *last * ratio : *last / ratio;
    }
    WICK_TRY(wick_call_resize(call, 2, from.rank, from.sizes));
    from = wick_view_of(self);
    wick_view to = wick_view_of(wick_call_tensor(call, 2));
    if (from_bytes > to_bytes) {
        into_units(&from, ratio);
        split_dim(&to, to.rank - 1, ratio);
    } else if (from_bytes < to_bytes) {
        into_units(&to, ratio);
        split_dim(&from, from.rank - 1, ratio);
    }
    return plan_pair(call, 2, unit_dtype(unit), &from, &to, block);
}
