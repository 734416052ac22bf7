// SPDX-License-Identifier: BSD-3-Clause
#include "ops/view.h"

#include "base/failure.h"
#include "kernels/copy/copy.h"

wick_view wick_view_of(const wick_tensor *tensor)
{
    wick_view view = {.rank = tensor->rank};
    for (uint32_t i = 0; i < tensor->rank; i++) {
        view.sizes[i] = tensor->sizes[i];
    }
    wick_tensor_strides(tensor, view.strides);
    return view;
}

void wick_view_remove(wick_view *view, uint32_t dim)
{
    view->rank--;
    for (uint32_t i = dim; i < view->rank; i++) {
        view->sizes[i] = view->sizes[i + 1];
        view->strides[i] = view->strides[i + 1];
    }
}

void wick_view_insert(wick_view *view, uint32_t dim, int32_t size, int32_t stride)
{
    for (uint32_t i = view->rank; i > dim; i--) {
        view->sizes[i] = view->sizes[i - 1];
        view->strides[i] = view->strides[i - 1];
    }
    view->rank++;
    view->sizes[dim] = size;
    view->strides[dim] = stride;
}

void wick_view_exchange(wick_view *view, uint32_t a, uint32_t b)
{
    const int32_t size = view->sizes[a];
    const int32_t stride = view->strides[a];
    view->sizes[a] = view->sizes[b];
    view->strides[a] = view->strides[b];
    view->sizes[b] = size;
    view->strides[b] = stride;
}

void wick_view_slice(wick_view *view, uint32_t dim, int32_t start, int32_t count, int32_t step)
{
    view->offset += count > 0 ? start * view->strides[dim] : 0;
    view->sizes[dim] = count;
    view->strides[dim] *= count > 1 ? step : 1; // |step| is below the size where there are two
}

bool wick_view_expand(wick_view *view, uint32_t rank, const int32_t *sizes)
{
    if (rank < view->rank || rank > WICK_MAX_RANK) {
        return false;
    }
    while (view->rank < rank) {
        wick_view_insert(view, 0, 1, 0);
    }
    for (uint32_t i = 0; i < rank; i++) {
        if (view->sizes[i] != sizes[i] && view->sizes[i] != 1) {
            return false;
        }
        view->strides[i] = view->sizes[i] == 1 ? 0 : view->strides[i];
        view->sizes[i] = sizes[i];
    }
    return true;
}

static bool is_empty(const wick_view *view)
{
    for (uint32_t i = 0; i < view->rank; i++) {
        if (view->sizes[i] == 0) {
            return true;
        }
    }
    return false;
}

static uint32_t magnitude(int32_t stride)
{
    return stride < 0 ? 0u - (uint32_t)stride : (uint32_t)stride;
}

// Dimensions above size 1 from the outermost in `to`'s memory to the innermost; how many.
static uint32_t memory_order(const wick_view *to, uint8_t order[WICK_MAX_RANK])
{
    uint32_t count = 0;
    for (uint32_t i = 0; i < to->rank; i++) {
        if (to->sizes[i] == 1) {
            continue;
        }
        uint32_t at = count++;
        for (; at > 0 && magnitude(to->strides[order[at - 1]]) < magnitude(to->strides[i]); at--) {
            order[at] = order[at - 1];
        }
        order[at] = (uint8_t)i;
    }
    return count;
}

// Whether the loop of size `size` with these strides and the innermost loop of the walk are one.
static bool merges(const wick_walk *walk, int32_t size, int32_t from, int32_t to)
{
    return walk->rank != 0 && walk->strides[0][walk->rank - 1] == from * size &&
           walk->strides[1][walk->rank - 1] == to * size;
}

wick_status wick_view_walk(const wick_call *call, uint32_t arg, const wick_view *from,
                           const wick_view *to, wick_walk *walk)
{
    uint8_t order[WICK_MAX_RANK];
    const uint32_t count = memory_order(to, order);
    *walk = (wick_walk){0};
    if (is_empty(to)) {
        return WICK_OK;
    }
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t d = order[k];
        const int32_t size = to->sizes[d];
        if (merges(walk, size, from->strides[d], to->strides[d])) {
            walk->sizes[walk->rank - 1] *= size;
        } else if (walk->rank == WICK_WALK_RANK) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                  WICK_TEXT("more than 8 dimensions that cannot be merged"));
        } else {
            walk->sizes[walk->rank++] = size;
        }
        walk->strides[0][walk->rank - 1] = from->strides[d];
        walk->strides[1][walk->rank - 1] = to->strides[d];
    }
    if (walk->rank == 0) { // one element
        *walk = (wick_walk){1, {1}, {{1}, {1}}};
    }
    return WICK_OK;
}

wick_status wick_view_walk_as_it_is(const wick_call *call, uint32_t arg, const wick_view *from,
                                    const wick_view *to, wick_walk *walk)
{
    *walk = (wick_walk){.rank = to->rank};
    if (to->rank > WICK_WALK_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("more than 8 dimensions"));
    }
    for (uint32_t i = 0; i < to->rank; i++) {
        walk->sizes[i] = to->sizes[i];
        walk->strides[0][i] = from->strides[i];
        walk->strides[1][i] = to->strides[i];
    }
    if (to->rank == 0) {
        *walk = (wick_walk){1, {1}, {{0}, {0}}};
    }
    return WICK_OK;
}

wick_status wick_view_copy(const wick_call *call, uint32_t arg, const wick_tensor *source,
                           const wick_view *from, const wick_tensor *target, const wick_view *to)
{
    wick_walk walk;
    WICK_TRY(wick_view_walk(call, arg, from, to, &walk));
    if (walk.rank == 0) {
        return WICK_OK;
    }
    const ptrdiff_t from_bytes = (ptrdiff_t)wick_dtype_size_bytes(source->dtype);
    const ptrdiff_t to_bytes = (ptrdiff_t)wick_dtype_size_bytes(target->dtype);
    const uint8_t *first = (const uint8_t *)source->data + from->offset * from_bytes;
    uint8_t *out = (uint8_t *)target->data + to->offset * to_bytes;
    if (source->dtype == target->dtype) {
        wick_copy_strided(&walk, (uint32_t)to_bytes, first, out);
    } else {
        wick_copy_converted(&walk, (wick_conversion){source->dtype, target->dtype}, first, out);
    }
    return WICK_OK;
}

wick_status wick_view_check_type(const wick_call *call, uint32_t arg, const wick_tensor *a,
                                 const wick_tensor *b)
{
    return a->dtype == b->dtype
               ? WICK_OK
               : wick_call_fail(call, WICK_INVALID_TYPE, arg, WICK_TEXT("tensors differ in type"));
}
