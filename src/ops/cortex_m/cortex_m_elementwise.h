// SPDX-License-Identifier: BSD-3-Clause
// cortex_m::quantized_add, quantized_mul, quantized_div, quantized_activation. Operands of a sum
// and of a product have one shape, or one of them has an element for each channel and nothing else.
#ifndef WICK_OPS_CORTEX_M_ELEMENTWISE_H
#define WICK_OPS_CORTEX_M_ELEMENTWISE_H

#include "kernels/quant/elementwise_s8.h"
#include "wick/operator.h"

typedef struct wick_cortex_m_add_block {
    wick_add_s8_params params;
    wick_quant_loop loops[2];
} wick_cortex_m_add_block;
typedef struct wick_cortex_m_mul_block {
    wick_mul_s8_params params;
    wick_quant_loop loops[2];
} wick_cortex_m_mul_block;
typedef wick_div_quant_params wick_cortex_m_div_block;
typedef struct wick_cortex_m_activation_block {
    uint32_t count;
} wick_cortex_m_activation_block;

wick_status wick_cortex_m_add_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_mul_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_div_prepare(const wick_call *call, void *block);
wick_status wick_cortex_m_activation_prepare(const wick_call *call, void *block);

wick_status wick_cortex_m_add_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_mul_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_div_run(const wick_call *call, const void *block);
wick_status wick_cortex_m_activation_run(const wick_call *call, const void *block);

#endif
