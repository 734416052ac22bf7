// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantized_max_pool2d, cortex_m::quantized_avg_pool2d.
#ifndef WICK_OPS_CORTEX_M_POOL_H
#define WICK_OPS_CORTEX_M_POOL_H

#include "kernels/quant/pool_s8.h"
#include "wick/operator.h"

typedef wick_max_pool2d_s8_params wick_cortex_m_max_pool2d_block;
typedef wick_avg_pool2d_s8_params wick_cortex_m_avg_pool2d_block;

wick_status wick_cortex_m_max_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_max_pool2d_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_avg_pool2d_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_avg_pool2d_run(const wick_call *call, const void *block);

#endif
