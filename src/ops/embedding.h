// SPDX-License-Identifier: BSD-3-Clause
// Rows of a table by index.
#ifndef WICK_OPS_EMBEDDING_H
#define WICK_OPS_EMBEDDING_H

#include "kernels/copy/gather.h"
#include "ops/op.h"

typedef struct wick_embedding_block {
    wick_gather plan;
} wick_embedding_block;

wick_status wick_embedding_prepare(const wick_call *call, void *block);
wick_status wick_embedding_run(const wick_call *call, const void *block);

#endif
