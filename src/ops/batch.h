// SPDX-License-Identifier: BSD-3-Clause
// Operators on the matrices of the last two dimensions; the dimensions before them broadcast.
#ifndef WICK_OPS_BATCH_H
#define WICK_OPS_BATCH_H

#include "ops/op.h"

// Size of the dimension that is `back` from the end, 1 for one that the tensor lacks.
int32_t wick_size_from_end(const wick_tensor *tensor, uint32_t back);

// First element of the matrix of `tensor` that belongs to matrix `index` of `out`; both are
// row-major. A leading dimension that is a part of the out's serves neighbours.
const void *wick_matrix_of(const wick_tensor *tensor, const wick_tensor *out, uint32_t index);

// Matrices in a tensor: the product of its leading dimensions.
uint32_t wick_matrix_count(const wick_tensor *tensor);

#endif
