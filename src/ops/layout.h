// SPDX-License-Identifier: BSD-3-Clause
// From shapes and strides to the loops of a kernel.
#ifndef WICK_OPS_LAYOUT_H
#define WICK_OPS_LAYOUT_H

#include "kernels/walk/walk.h"
#include "ops/op.h"

// A shape with strides of up to two operands, in elements.
typedef struct wick_layout {
    uint32_t rank;
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[2][WICK_MAX_RANK];
} wick_layout;

// Walks a layout in the order of memory that `dim_order` gives, merging what both operands allow.
// An empty shape gives rank 0: nothing to walk. NOT_SUPPORTED if more than WICK_WALK_RANK loops
// remain; `arg` is named.
wick_status wick_layout_walk(const wick_call *call, uint32_t arg, const wick_layout *layout,
                             const uint8_t *dim_order, wick_walk *walk);

// Whether the elements lie in the order of their indices: contiguous, whatever the order of
// dimensions of size 1.
bool wick_tensor_is_row_major(const wick_tensor *tensor);

// Item k of an int[] argument as size or offset; INVALID_ARGUMENT outside of int32.
wick_status wick_call_int32_at(const wick_call *call, uint32_t arg, uint32_t k, int32_t *out);

#endif
