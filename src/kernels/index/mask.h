// SPDX-License-Identifier: BSD-3-Clause
// Elements that a mask picks, in the order of its indices.
//
// Shapes  operand 0 of a walk is the data, 1 the mask, both broadcast to one shape in natural
// order;
//         sizes may be 0.
// Range   elements of 1, 2, 4 or 8 bytes, which their pointers are aligned to; a mask is bytes, 0
// or
//         not.
// Memory  out must not overlap an input.
#ifndef WICK_KERNELS_INDEX_MASK_H
#define WICK_KERNELS_INDEX_MASK_H

#include "kernels/walk/walk.h"

#include <stddef.h>

typedef struct wick_mask_plan {
    wick_walk walk;
    uint32_t element_bytes;
    uint32_t most; // elements that are moved
} wick_mask_plan;

uint32_t wick_mask_count(const wick_walk *walk, const void *mask);
// out[k] = data at the k-th true element.
void wick_mask_select(const wick_mask_plan *plan, const void *data, const void *mask, void *out);
// data at the k-th true element = the k-th of `from`, whose elements lie as operand 0 of `source`
// says; false if it has fewer than `most`, with data partly written.
bool wick_mask_scatter(const wick_mask_plan *plan, const wick_walk *source, const void *from,
                       const void *mask, void *data);

// Triangles of matrices, the last two dimensions of the walk from operand 0 to 1: element [i, j] is
// kept where j - i <= diagonal (lower) or j - i >= diagonal (upper), else 0.
typedef struct wick_triangle {
    wick_walk walk; // rank at least 2
    uint32_t element_bytes;
    int32_t diagonal;
    bool is_upper;
} wick_triangle;

void wick_copy_triangle(const wick_triangle *plan, const void *from, void *to);

#endif
