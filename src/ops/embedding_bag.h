// SPDX-License-Identifier: BSD-3-Clause
// Rows of a table, gathered by index and reduced bag by bag.
#ifndef WICK_OPS_EMBEDDING_BAG_H
#define WICK_OPS_EMBEDDING_BAG_H

#include "kernels/index/bag.h"
#include "ops/op.h"

typedef struct wick_embedding_bag_block {
    wick_bag plan;
} wick_embedding_bag_block;

wick_status wick_embedding_bag_prepare(const wick_call *call, void *block);
wick_status wick_embedding_bag_run(const wick_call *call, const void *block);

#endif
