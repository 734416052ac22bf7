// SPDX-License-Identifier: BSD-3-Clause
// Padding with elements of the tensor itself: mirrored at its border, repeated from it, or taken
// from the other side.
//
// Shapes  per dimension: size of self and out, elements put before (negative: taken away), strides.
// Range   every index that the rule gives lies inside of self: reflection needs pads below the
// size,
//         circular padding pads up to it.
// Memory  out must not overlap self.
#ifndef WICK_KERNELS_COPY_BORDER_H
#define WICK_KERNELS_COPY_BORDER_H

#include "kernels/walk/walk.h"

typedef enum wick_border_rule { WICK_BORDER_REFLECT, WICK_BORDER_REPLICATE } wick_border_rule;

typedef struct wick_border {
    wick_walk out;                 // sizes of out, operand 0: strides of self, 1: of out
    int32_t sizes[WICK_WALK_RANK]; // of self
    int32_t before[WICK_WALK_RANK];
    uint32_t element_bytes;
    uint32_t rule;
} wick_border;

void wick_copy_border(const wick_border *plan, const void *from, void *to);

#endif
