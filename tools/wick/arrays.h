// SPDX-License-Identifier: BSD-3-Clause
// Arrays of .npy files as numbers: shape as text, elements, comparison.
#ifndef WICK_TOOLS_ARRAYS_H
#define WICK_TOOLS_ARRAYS_H

#include "compiler/support/npy.h"
#include "wick/tensor.h"

typedef struct wick_comparison {
    double largest_difference; // NaN where one side only is NaN
    uint64_t mismatches;
    uint64_t first_index; // of the first mismatch
    double found;
    double expected;
} wick_comparison;

// Between the elements of a .npy array, which are contiguous, and a tensor's memory, which is dense
// in its dim order: to the tensor's data, or from it.
void wick_array_to_memory(const wick_tensor *tensor, const uint8_t *array, uint8_t *memory);
void wick_array_from_memory(const wick_tensor *tensor, const uint8_t *memory, uint8_t *array);
// "f32[1, 3, 8, 8]"
const char *wick_array_shape(wick_arena *arena, uint32_t dtype, uint32_t rank,
                             const int64_t *sizes);
size_t wick_array_count(const wick_npy *array);
double wick_array_element(const wick_npy *array, size_t index);
// Index of the largest of `count` elements from `start`, counted from there.
size_t wick_array_largest(const wick_npy *array, size_t start, size_t count);
// |found - expected| <= atol + rtol * |expected|, as numpy.allclose; equal infinities and two NaNs
// agree. Both arrays have the same number of elements.
wick_comparison wick_array_compare(const wick_npy *found, const wick_npy *expected, double rtol,
                                   double atol);

#endif
