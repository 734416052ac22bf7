// SPDX-License-Identifier: BSD-3-Clause
// aten::_native_batch_norm_legit_no_training, and _native_batch_norm_legit where it does not train.
#ifndef WICK_OPS_BATCH_NORM_H
#define WICK_OPS_BATCH_NORM_H

#include "wick/operator.h"

typedef struct wick_batch_norm_block {
    float epsilon;
    uint32_t out_arg;
} wick_batch_norm_block;

wick_status wick_batch_norm_prepare(const wick_call *call, void *block);
wick_status wick_batch_norm_legit_prepare(const wick_call *call, void *block);
wick_status wick_batch_norm_run(const wick_call *call, const void *block);

#endif
