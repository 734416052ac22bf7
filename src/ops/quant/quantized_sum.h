// SPDX-License-Identifier: BSD-3-Clause
// quantized_decomposed::add: quantize(dequantize(a) + dequantize(b)), int8 or uint8.
#ifndef WICK_OPS_QUANTIZED_SUM_H
#define WICK_OPS_QUANTIZED_SUM_H

#include "kernels/quant/quantize.h"
#include "wick/operator.h"

typedef struct wick_quantized_sum_block {
    wick_quantize_params a, b, out;
} wick_quantized_sum_block;

wick_status wick_quantized_sum_prepare(const wick_call *call, void *block);
wick_status wick_quantized_sum_run(const wick_call *call, const void *block);

#endif
