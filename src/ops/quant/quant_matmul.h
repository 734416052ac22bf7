// SPDX-License-Identifier: BSD-3-Clause
// Products of two activations and normalization of rows, on 8-bit integers: wick::matmul_s8
// (self, other, block), wick::layer_norm_s8 (input, block).
//
// Shapes  any, contiguous; the block says how they are read, so that a transposed operand or result
//         costs nothing. out of layer_norm has the shape of the input.
// block   constant i32[words]: one of the structs below; layer_norm: gamma[depth], beta[depth]
//         behind it.
// Result  that of kernels/quant/batch_matmul_s8.h and layer_norm_s8.h.
#ifndef WICK_OPS_QUANT_MATMUL_H
#define WICK_OPS_QUANT_MATMUL_H

#include "kernels/quant/batch_matmul_s8.h"
#include "kernels/quant/layer_norm_s8.h"
#include "ops/quant/quant_block.h"

typedef wick_batch_matmul_s8_params wick_matmul_s8_block;
typedef wick_layer_norm_s8_params wick_layer_norm_s8_block;

wick_status wick_matmul_s8_prepare(const wick_call *call, void *block);
wick_status wick_layer_norm_s8_prepare(const wick_call *call, void *block);

wick_status wick_matmul_s8_run(const wick_call *call, const void *block);
wick_status wick_layer_norm_s8_run(const wick_call *call, const void *block);

#endif
