// SPDX-License-Identifier: BSD-3-Clause
// Copies between strided layouts, with conversion or without, and fills. They move whole rows by
// memcpy where both sides are dense.
//
// Shapes  the walk's operands are 0: from, 1: to; `from` and `to` point at their first elements.
// Memory  from and to must not overlap; at most 256 bytes of stack.
// Result  exact; conversions as in kernels/elementwise/convert.h.
#ifndef WICK_KERNELS_COPY_COPY_H
#define WICK_KERNELS_COPY_COPY_H

#include "kernels/walk/walk.h"

#include <stddef.h>

// Elements of 1, 2, 4 or 8 bytes, which their pointers are aligned to.
void wick_copy_strided(const wick_walk *walk, uint32_t element_bytes, const void *from, void *to);

typedef struct wick_conversion {
    uint32_t from_dtype;
    uint32_t to_dtype;
} wick_conversion;

void wick_copy_converted(const wick_walk *walk, wick_conversion dtypes, const void *from, void *to);

// count copies of the element at `pattern`.
void wick_fill(uint32_t element_bytes, const void *pattern, size_t count, void *to);

#endif
