// SPDX-License-Identifier: BSD-3-Clause
// aten::_softmax and aten::_log_softmax.
#ifndef WICK_OPS_SOFTMAX_H
#define WICK_OPS_SOFTMAX_H

#include "wick/operator.h"

typedef struct wick_softmax_block {
    uint32_t dim;
} wick_softmax_block;

wick_status wick_softmax_prepare(const wick_call *call, void *block);
wick_status wick_softmax_run(const wick_call *call, const void *block);
wick_status wick_log_softmax_run(const wick_call *call, const void *block);

#endif
