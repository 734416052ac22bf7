// SPDX-License-Identifier: BSD-3-Clause
// How a kernel goes through strided data: a nest of at most 8 loops over two operands. Dimensions
// that can be walked as one are merged beforehand, so that the innermost row is as long as the
// layouts allow.
#ifndef WICK_KERNELS_WALK_WALK_H
#define WICK_KERNELS_WALK_WALK_H

#include <stdbool.h>
#include <stdint.h>

#define WICK_WALK_RANK 8

typedef struct wick_walk {
    uint32_t rank;                      // at least 1
    int32_t sizes[WICK_WALK_RANK];      // outermost first, none of them 0
    int32_t strides[2][WICK_WALK_RANK]; // of each operand, in elements
} wick_walk;

typedef struct wick_cursor {
    int32_t index[WICK_WALK_RANK];
    int32_t offsets[2]; // of each operand, in elements
} wick_cursor;

// Steps to the next row, that is over all loops but the innermost `inner`; false after the last.
static inline bool wick_walk_next(const wick_walk *walk, uint32_t inner, wick_cursor *cursor)
{
    for (uint32_t d = walk->rank - inner; d-- > 0;) {
        cursor->offsets[0] += walk->strides[0][d];
        cursor->offsets[1] += walk->strides[1][d];
        if (++cursor->index[d] < walk->sizes[d]) {
            return true;
        }
        cursor->offsets[0] -= walk->strides[0][d] * walk->sizes[d];
        cursor->offsets[1] -= walk->strides[1][d] * walk->sizes[d];
        cursor->index[d] = 0;
    }
    return false;
}

#endif
