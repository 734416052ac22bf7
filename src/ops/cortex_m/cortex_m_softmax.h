// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::softmax.
#ifndef WICK_OPS_CORTEX_M_SOFTMAX_H
#define WICK_OPS_CORTEX_M_SOFTMAX_H

#include "wick/operator.h"

typedef struct wick_cortex_m_softmax_block {
    uint32_t dim;
    int32_t zero_point; // of the input
    float scale;
} wick_cortex_m_softmax_block;

wick_status wick_cortex_m_softmax_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_softmax_run(const wick_call *call, const void *block);

#endif
