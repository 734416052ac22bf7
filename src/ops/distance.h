// SPDX-License-Identifier: BSD-3-Clause
// aten::_cdist_forward, _pdist_forward.
#ifndef WICK_OPS_DISTANCE_H
#define WICK_OPS_DISTANCE_H

#include "wick/operator.h"

typedef struct wick_distance_block {
    float order;
} wick_distance_block;

wick_status wick_cdist_prepare(const wick_call *call, void *block);
wick_status wick_cdist_run(const wick_call *call, const void *block);
wick_status wick_pdist_prepare(const wick_call *call, void *block);
wick_status wick_pdist_run(const wick_call *call, const void *block);

#endif
