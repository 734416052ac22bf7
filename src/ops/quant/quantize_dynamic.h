// SPDX-License-Identifier: BSD-3-Clause
// quantized_decomposed operators with scales that are tensors: one for the whole, or one for each
// token (row of the last dimension); and those that find scales.
#ifndef WICK_OPS_QUANTIZE_DYNAMIC_H
#define WICK_OPS_QUANTIZE_DYNAMIC_H

#include "kernels/quant/quantize_dynamic.h"
#include "ops/quant/quantize.h"

typedef struct wick_choose_block {
    uint32_t rows, depth;
    int32_t minimum, maximum;
    float smallest;
} wick_choose_block;

typedef wick_quantize_tokens wick_quantize_tokens_block;

wick_status wick_quantize_tensor_prepare(const wick_call *call, void *block);
wick_status wick_dequantize_tensor_prepare(const wick_call *call, void *block);
wick_status wick_choose_qparams_prepare(const wick_call *call, void *block);
wick_status wick_choose_tokens_prepare(const wick_call *call, void *block);
wick_status wick_quantize_tokens_prepare(const wick_call *call, void *block);
wick_status wick_dequantize_tokens_prepare(const wick_call *call, void *block);

wick_status wick_quantize_tensor_run(const wick_call *call, const void *block);
wick_status wick_dequantize_tensor_run(const wick_call *call, const void *block);
wick_status wick_choose_qparams_run(const wick_call *call, const void *block);
wick_status wick_choose_tokens_run(const wick_call *call, const void *block);
wick_status wick_quantize_tokens_run(const wick_call *call, const void *block);
wick_status wick_dequantize_tokens_run(const wick_call *call, const void *block);

#endif
