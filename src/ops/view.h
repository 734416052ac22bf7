// SPDX-License-Identifier: BSD-3-Clause
// Parts of a tensor as shapes with strides, and the copy of one part into another.
#ifndef WICK_OPS_VIEW_H
#define WICK_OPS_VIEW_H

#include "kernels/walk/walk.h"
#include "ops/op.h"

typedef struct wick_view {
    uint32_t rank;
    int32_t offset; // of the first element, in elements
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[WICK_MAX_RANK]; // in elements, of any sign
} wick_view;

wick_view wick_view_of(const wick_tensor *tensor);

// Leaves dimension `dim` out, at its first index.
void wick_view_remove(wick_view *view, uint32_t dim);
// Puts a dimension before dimension `dim` (<= rank, which must be below 16).
void wick_view_insert(wick_view *view, uint32_t dim, int32_t size, int32_t stride);
void wick_view_exchange(wick_view *view, uint32_t a, uint32_t b);
// Keeps `count` indices of a dimension from `start`, in steps.
void wick_view_slice(wick_view *view, uint32_t dim, int32_t start, int32_t count, int32_t step);
// Broadcasts a view to more or larger dimensions; false if it does not broadcast.
bool wick_view_expand(wick_view *view, uint32_t rank, const int32_t *sizes);

// Loops that go through two views of one shape: operand 0 and 1 of the walk, from their first
// elements. Rank 0 if they are empty. NOT_SUPPORTED, speaking of `arg`, if more than WICK_WALK_RANK
// loops remain.
wick_status wick_view_walk(const wick_call *call, uint32_t arg, const wick_view *from,
                           const wick_view *to, wick_walk *walk);
// The same in natural order without merging, so that the walk has the views' dimensions; one loop
// of 1 for rank 0. Sizes may be 0.
wick_status wick_view_walk_as_it_is(const wick_call *call, uint32_t arg, const wick_view *from,
                                    const wick_view *to, wick_walk *walk);

// Copies a part of one tensor into a part of another, converting if their types differ.
wick_status wick_view_copy(const wick_call *call, uint32_t arg, const wick_tensor *source,
                           const wick_view *from, const wick_tensor *target, const wick_view *to);

// INVALID_TYPE, speaking of `arg`, unless both tensors have one type.
wick_status wick_view_check_type(const wick_call *call, uint32_t arg, const wick_tensor *a,
                                 const wick_tensor *b);

#endif
