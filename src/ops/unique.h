// SPDX-License-Identifier: BSD-3-Clause
// aten::unique_consecutive; wick::unique_of_sorted, which is aten::unique behind a sort. The sizes
// of their results depend on the data: `run` finds them.
#ifndef WICK_OPS_UNIQUE_H
#define WICK_OPS_UNIQUE_H

#include "wick/operator.h"

typedef struct wick_unique_block {
    int32_t dim; // -1: all elements in a row
} wick_unique_block;

wick_status wick_unique_consecutive_prepare(const wick_call *call, void *block);
wick_status wick_unique_consecutive_run(const wick_call *call, const void *block);
wick_status wick_unique_of_sorted_prepare(const wick_call *call, void *block);
wick_status wick_unique_of_sorted_run(const wick_call *call, const void *block);
// The order of the slices of a dimension, for aten::unique_dim.
wick_status wick_slice_order_prepare(const wick_call *call, void *block);
wick_status wick_slice_order_run(const wick_call *call, const void *block);

#endif
