// SPDX-License-Identifier: BSD-3-Clause
// Indexing by a list of tensors, as self[a, :, b] and self[a, :, b] = values do: integers, masks,
// and None for a dimension that stays.
//
// The number of true elements of a mask is known only when the operator runs: then `run` sizes the
// out, which must be dynamic unless it happens to have the size.
#ifndef WICK_OPS_INDEX_H
#define WICK_OPS_INDEX_H

#include "ops/op.h"

typedef struct wick_index_block {
    uint32_t out_arg;
} wick_index_block;

wick_status wick_index_tensor_prepare(const wick_call *call, void *block);
wick_status wick_index_put_prepare(const wick_call *call, void *block);
wick_status wick_index_put_in_place_prepare(const wick_call *call, void *block);

wick_status wick_index_tensor_run(const wick_call *call, const void *block);
wick_status wick_index_put_run(const wick_call *call, const void *block);
wick_status wick_index_put_in_place_run(const wick_call *call, const void *block);

#endif
