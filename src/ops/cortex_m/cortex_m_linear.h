// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantized_linear.
#ifndef WICK_OPS_CORTEX_M_LINEAR_H
#define WICK_OPS_CORTEX_M_LINEAR_H

#include "kernels/quant/linear_s8.h"
#include "wick/operator.h"

typedef struct wick_cortex_m_linear_block {
    wick_quant_linear_params params;
    wick_quant_scale scale;
} wick_cortex_m_linear_block;

wick_status wick_cortex_m_linear_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_linear_run(const wick_call *call, const void *block);

#endif
