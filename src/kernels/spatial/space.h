// SPDX-License-Identifier: BSD-3-Clause
// A dense tensor seen as [batch, channels, depth, height, width], by sizes and strides: one body of
// a kernel serves one, two and three spatial dimensions, batched or not, in any memory order.
// Dimensions that the tensor lacks have size 1.
#ifndef WICK_KERNELS_SPATIAL_SPACE_H
#define WICK_KERNELS_SPATIAL_SPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    WICK_SPACE_BATCH,
    WICK_SPACE_CHANNELS,
    WICK_SPACE_DEPTH,
    WICK_SPACE_HEIGHT,
    WICK_SPACE_WIDTH
};

typedef struct wick_space {
    int32_t sizes[5];
    int32_t strides[5]; // in elements
} wick_space;

// A position of a space. Starts as all zeros.
typedef struct wick_space_position {
    int32_t at[5]; // batch, channel, depth, row, column
} wick_space_position;

// Steps to the next position, columns fastest; false after the last.
bool wick_space_next(const wick_space *space, wick_space_position *position);
bool wick_space_is_empty(const wick_space *space);
size_t wick_space_count(const wick_space *space);
// Element of a position.
ptrdiff_t wick_space_offset(const wick_space *space, const wick_space_position *position);
// Element of channel `channel` of batch `batch` at depth, row and column 0.
static inline ptrdiff_t wick_space_plane(const wick_space *space, int32_t batch, int32_t channel)
{
    return (ptrdiff_t)batch * space->strides[WICK_SPACE_BATCH] +
           (ptrdiff_t)channel * space->strides[WICK_SPACE_CHANNELS];
}

#endif
