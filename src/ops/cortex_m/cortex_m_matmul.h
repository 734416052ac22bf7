// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantized_batch_matmul; its scratch tensor serves another library's kernels and stays
// unused.
#ifndef WICK_OPS_CORTEX_M_MATMUL_H
#define WICK_OPS_CORTEX_M_MATMUL_H

#include "kernels/quant/batch_matmul_s8.h"
#include "wick/operator.h"

typedef wick_batch_matmul_s8_params wick_cortex_m_batch_matmul_block;

wick_status wick_cortex_m_batch_matmul_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_batch_matmul_run(const wick_call *call, const void *block);

#endif
