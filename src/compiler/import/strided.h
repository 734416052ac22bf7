// SPDX-License-Identifier: BSD-3-Clause
// A strided view of raw storage, as archives describe tensors, made dense.
#ifndef WICK_COMPILER_IMPORT_STRIDED_H
#define WICK_COMPILER_IMPORT_STRIDED_H

#include "compiler/support/arena.h"
#include "wick/tensor.h"

typedef struct wick_strided {
    uint32_t dtype; // a wick_dtype
    uint32_t rank;  // at most WICK_MAX_RANK
    int64_t sizes[WICK_MAX_RANK];
    int64_t strides[WICK_MAX_RANK]; // in elements
    int64_t offset_elems;
} wick_strided;

// Bytes of the dense tensor; false if a size is negative or the product passes
// WICK_STRIDED_MAX_BYTES.
#define WICK_STRIDED_MAX_BYTES ((size_t)1 << 40)
bool wick_strided_size_bytes(const wick_strided *view, size_t *out);
// Whether each element lies in a storage of `storage_bytes`. Sizes must have passed
// wick_strided_size_bytes.
bool wick_strided_fits(const wick_strided *view, size_t storage_bytes);
// Writes the elements in row-major order to `dense`. The view must fit the storage.
void wick_strided_copy(const wick_strided *view, const uint8_t *storage, uint8_t *dense);

#endif
