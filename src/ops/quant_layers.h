// SPDX-License-Identifier: BSD-3-Clause
// Layers with weights on 8-bit integers: wick::conv2d_s8, depthwise_conv2d_s8, transpose_conv2d_s8,
// linear_s8 (Tensor input, Tensor weight, Tensor? residual, Tensor block, *, Tensor(a!) out).
//
// Shapes  images [batch, height, width, channels], contiguous; linear: input [.., depth],
//         out [.., cols]. Weights as in kernels/quant/conv2d_s8.h and linear_s8.h. residual has the
//         shape of out: it is added to the result, wick_quant_residual says how.
// block   constant i32[words], which the compiler computes: one of the structs below, then
//         bias[out_channels], multipliers[out_channels], shifts[out_channels]. Init only checks it
//         against the tensors, so that run trusts it. A program is little-endian.
// Order   pixels (linear: rows) one after the other, each one's residual being read as its result
// is
//         written; from the last to the first where the block says is_backward, which the planner
//         sets so that out may lie above the input in memory.
// Result  that of the kernel: docs/numerics.md.
#ifndef WICK_OPS_QUANT_LAYERS_H
#define WICK_OPS_QUANT_LAYERS_H

#include "kernels/quant/conv2d_s8.h"
#include "kernels/quant/elementwise_s8.h"

// sum of the layer's int8 result (operand a) and the residual (operand b), as wick_add_s8 adds.
// Unused (zero) where a call has no residual.
typedef struct wick_quant_residual {
    wick_quant_operand a, b;
    wick_quant_scale out_scale;
    wick_quant_range range;
} wick_quant_residual;

// Convolutions: padding is what lies before the first row and column; what lies behind the last
// follows from the sizes, so that a padding may be asymmetric.
typedef struct wick_conv2d_s8_block {
    wick_quant_conv_params params;
    wick_quant_residual residual;
} wick_conv2d_s8_block;

typedef struct wick_linear_s8_block {
    int32_t rows, depth, cols;
    int32_t input_offset;
    wick_quant_range range;
    int32_t is_backward; // rows from the last to the first
    wick_quant_residual residual;
} wick_linear_s8_block;

// Where the arrays behind a struct start, in int32 words from the start of the block.
#define WICK_QUANT_BIAS_AT(type) (sizeof(type) / sizeof(int32_t))

#endif
