// SPDX-License-Identifier: BSD-3-Clause
// Layers with weights on 8-bit integers: wick::conv2d_s8, depthwise_conv2d_s8, transpose_conv2d_s8,
// linear_s8 (Tensor input, Tensor? weight, Tensor? residual, Tensor block, *, Tensor(a!) out). The
// same with _s16: activations of 16 bits (kernels/quant/conv2d_s16.h), weights and block alike.
//
// Shapes  images [batch, height, width, channels], contiguous; linear: input [.., depth],
//         out [.., cols]. Weights as in kernels/quant/conv2d_s8.h and linear_s8.h; the one of a
//         depthwise layer may have a 1 in front, as official files have it. residual has the
//         shape of out: it is added to the result, wick_quant_residual says how.
// block   constant i32[words], which the compiler computes: one of the structs below, then
//         bias[out_channels], multipliers[out_channels], shifts[out_channels]. Init only checks it
//         against the tensors, so that run trusts it. A program is little-endian.
//         Where the weight is None its bytes stand behind the arrays, up to whole words: so the
//         compiler writes it (pass pack_layers), a constant for each layer being less to bind.
//         wick::linear_s8_w4 (the same arguments): weight u8[cols, (depth + 1) / 2] of 4 bits each
//         (kernels/quant/weights.h); where groups > 1, factors[cols, groups] follow the shifts.
// Forms   a call without weight and residual may leave them out: (input, block, out).
// Order   positions (linear: rows) one after the other, all channels of one before the next, each
//         one's residual being read as its result is written; from the last to the first where the
//         block says is_backward, which the planner sets so that out may lie above the input.
// Result  that of the kernel: docs/numerics.md.
#ifndef WICK_OPS_QUANT_LAYERS_H
#define WICK_OPS_QUANT_LAYERS_H

#include "kernels/quant/conv2d_s8.h"
#include "ops/quant/quant_block.h"

// Convolutions: padding is what lies before the first row and column; what lies behind the last
// follows from the sizes, so that a padding may be asymmetric. wick_quant_axis_set_steps sets the
// last two fields of an axis. The residual is zero where a call has none.
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

typedef struct wick_linear_s8_w4_block {
    wick_linear_s8_block layer;
    int32_t groups; // of equal size
} wick_linear_s8_w4_block;

wick_status wick_conv2d_s8_prepare(const wick_call *call, void *block);
wick_status wick_depthwise_conv2d_s8_prepare(const wick_call *call, void *block);
wick_status wick_transpose_conv2d_s8_prepare(const wick_call *call, void *block);
wick_status wick_linear_s8_prepare(const wick_call *call, void *block);

wick_status wick_conv2d_s8_run(const wick_call *call, const void *block);
wick_status wick_depthwise_conv2d_s8_run(const wick_call *call, const void *block);
wick_status wick_transpose_conv2d_s8_run(const wick_call *call, const void *block);
wick_status wick_linear_s8_run(const wick_call *call, const void *block);

wick_status wick_conv2d_s16_prepare(const wick_call *call, void *block);
wick_status wick_depthwise_conv2d_s16_prepare(const wick_call *call, void *block);
wick_status wick_transpose_conv2d_s16_prepare(const wick_call *call, void *block);
wick_status wick_linear_s16_prepare(const wick_call *call, void *block);

wick_status wick_conv2d_s16_run(const wick_call *call, const void *block);
wick_status wick_depthwise_conv2d_s16_run(const wick_call *call, const void *block);
wick_status wick_transpose_conv2d_s16_run(const wick_call *call, const void *block);
wick_status wick_linear_s16_run(const wick_call *call, const void *block);

wick_status wick_linear_s8_w4_prepare(const wick_call *call, void *block);
wick_status wick_linear_s8_w4_run(const wick_call *call, const void *block);

#endif
