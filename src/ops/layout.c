// SPDX-License-Identifier: BSD-3-Clause
#include "ops/layout.h"

#include "base/failure.h"

// Whether loop d of the layout and the walk's innermost loop are one loop for both operands.
static bool merges(const wick_layout *layout, uint32_t d, const wick_walk *walk)
{
    if (walk->rank == 0) {
        return false;
    }
    const uint32_t last = walk->rank - 1;
    for (uint32_t k = 0; k < 2; k++) {
        if (walk->strides[k][last] != layout->strides[k][d] * layout->sizes[d]) {
            return false;
        }
    }
    return true;
}

static bool is_empty(const wick_layout *layout)
{
    for (uint32_t i = 0; i < layout->rank; i++) {
        if (layout->sizes[i] == 0) {
            return true;
        }
    }
    return false;
}

wick_status wick_layout_walk(const wick_call *call, uint32_t arg, const wick_layout *layout,
                             const uint8_t *dim_order, wick_walk *walk)
{
    *walk = (wick_walk){0};
    if (is_empty(layout)) {
        return WICK_OK;
    }
    for (uint32_t i = 0; i < layout->rank; i++) {
        const uint32_t d = dim_order[i];
        if (layout->sizes[d] == 1) {
            continue;
        }
        if (merges(layout, d, walk)) {
            walk->sizes[walk->rank - 1] *= layout->sizes[d];
        } else if (walk->rank == WICK_WALK_RANK) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                  WICK_TEXT("more than 8 dimensions that cannot be merged"));
        } else {
            walk->sizes[walk->rank++] = layout->sizes[d];
        }
        walk->strides[0][walk->rank - 1] = layout->strides[0][d];
        walk->strides[1][walk->rank - 1] = layout->strides[1][d];
    }
    if (walk->rank == 0) { // one element
        *walk = (wick_walk){1, {1}, {{1}, {1}}};
    }
    return WICK_OK;
}

bool wick_tensor_is_row_major(const wick_tensor *tensor)
{
    uint32_t next = 0;
    for (uint32_t i = 0; i < tensor->rank; i++) {
        const uint32_t d = tensor->dim_order[i];
        if (tensor->sizes[d] == 1) {
            continue;
        }
        if (d < next) {
            return false;
        }
        next = d;
    }
    return true;
}

wick_status wick_call_int32_at(const wick_call *call, uint32_t arg, uint32_t k, int32_t *out)
{
    const int64_t value = wick_call_int_at(call, arg, k);
    if (value < INT32_MIN || value > INT32_MAX) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, WICK_TEXT("number out of range"));
    }
    *out = (int32_t)value;
    return WICK_OK;
}
