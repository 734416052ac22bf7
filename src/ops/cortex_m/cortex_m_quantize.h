// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantize_per_tensor, dequantize_per_tensor.
#ifndef WICK_OPS_CORTEX_M_QUANTIZE_H
#define WICK_OPS_CORTEX_M_QUANTIZE_H

#include "kernels/quant/quantize.h"
#include "wick/operator.h"

typedef wick_quantize_params wick_cortex_m_quantize_block;

wick_status wick_cortex_m_quantize_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_dequantize_prepare(const wick_call *call, void *block);

wick_status wick_cortex_m_quantize_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_dequantize_run(const wick_call *call, const void *block);

#endif
