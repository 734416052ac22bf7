// SPDX-License-Identifier: BSD-3-Clause
// Operators that lay tensors into a larger one: cat and constant_pad_nd.
#ifndef WICK_OPS_JOIN_H
#define WICK_OPS_JOIN_H

#include "kernels/walk/walk.h"
#include "ops/op.h"

typedef struct wick_cat_block {
    uint32_t dim;
} wick_cat_block;

typedef struct wick_pad_block {
    uint8_t element[8];  // that the padding holds
    wick_walk walk;      // of what remains of self; rank 0: nothing
    int32_t from_offset; // in elements
    int32_t to_offset;
    uint32_t fill_count; // elements of out to fill beforehand; 0 if self covers it
} wick_pad_block;

wick_status wick_cat_prepare(const wick_call *call, void *block);
wick_status wick_constant_pad_nd_prepare(const wick_call *call, void *block);

wick_status wick_cat_run(const wick_call *call, const void *block);
wick_status wick_constant_pad_nd_run(const wick_call *call, const void *block);

#endif
