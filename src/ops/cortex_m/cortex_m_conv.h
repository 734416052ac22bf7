// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantized_conv2d, quantized_depthwise_conv2d, quantized_transpose_conv2d. Their scratch
// tensors serve another library's kernels and stay unused.
#ifndef WICK_OPS_CORTEX_M_CONV_H
#define WICK_OPS_CORTEX_M_CONV_H

#include "kernels/quant/conv2d_s8.h"
#include "wick/operator.h"

typedef wick_quant_conv_params wick_cortex_m_conv_block;

wick_status wick_cortex_m_conv2d_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_depthwise_conv2d_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_transpose_conv2d_prepare(const wick_call *call, void *block);

wick_status wick_cortex_m_conv2d_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_depthwise_conv2d_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_transpose_conv2d_run(const wick_call *call, const void *block);

#endif
