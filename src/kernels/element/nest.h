// SPDX-License-Identifier: BSD-3-Clause
// Nested loops over dimensions of two strided tensors: counters and offsets of one position.
#ifndef WICK_KERNELS_ELEMENT_NEST_H
#define WICK_KERNELS_ELEMENT_NEST_H

#include "wick/tensor.h"

typedef struct wick_nest_dim {
    int32_t size;
    int32_t in, out; // strides in elements
} wick_nest_dim;

// Position in a nest; the last dimension runs fastest. Starts as all zeros.
typedef struct wick_nest_position {
    ptrdiff_t in, out;
    int32_t counter[WICK_MAX_RANK];
} wick_nest_position;

// Steps to the next position over dims[0..count-1]; false after the last, back at the first. No
// size may be 0.
bool wick_nest_next(wick_nest_position *position, const wick_nest_dim *dims, uint32_t count);
// Product of the sizes.
size_t wick_nest_count(const wick_nest_dim *dims, uint32_t count);

#endif
