// SPDX-License-Identifier: BSD-3-Clause
// What reductions share: the dimensions that they reduce, the shape that is left, the loops of a
// kernel. The input is argument 0.
#ifndef WICK_OPS_REDUCE_DIMS_H
#define WICK_OPS_REDUCE_DIMS_H

#include "kernels/reduce/reduce.h"
#include "ops/op.h"
#include "ops/reduce.h"

// Bit for each dimension.
uint32_t wick_reduce_all_dims(const wick_tensor *tensor);
// Bit mask of an int, int? or int[]? argument; None and [] stand for all dimensions.
wick_status wick_reduce_read_dims(const wick_call *call, uint32_t arg, uint32_t *mask);
// Gives `out` the shape that is left.
wick_status wick_reduce_resize(const wick_call *call, const wick_reduce_block *b, uint32_t out);
// Dimensions and types of the kernel's params; the rest stays as it is.
void wick_reduce_loops(const wick_call *call, const wick_reduce_block *b, uint32_t out,
                       wick_reduce_params *p);

#endif
