// SPDX-License-Identifier: BSD-3-Clause
// Weights in few bits (kernels/quant/weights.h).
//
// wick::linear_dynamic_s8, linear_dynamic_s8_w4 (input, weight, scales, bias?, scheme): float32 in
//   and out, a scale for each row of the input found while running; scheme: wick_dynamic_scheme.
//   A value of the input that is not finite is an error.
// wick::linear_f32_w8, linear_f32_w4 (input, weight, scales, bias?), wick::linear_f32_f16 (input,
//   weight, bias?): float32 activations.
// wick::embedding_w8, embedding_w4 (weight, scales, indices), wick::embedding_f16 (weight,
//   indices): float32 out.
//
// Shapes  input [.., depth], out [.., cols], weight [cols, depth] (i8, f16, bf16) or
//         u8[cols, (depth + 1) / 2] (w4), scales f32[cols] or f32[cols, groups], whose groups have
//         one size. All contiguous.
#ifndef WICK_OPS_QUANT_WEIGHTS_H
#define WICK_OPS_QUANT_WEIGHTS_H

#include "kernels/quant/linear_weights.h"
#include "wick/operator.h"

typedef wick_linear_weights_params wick_linear_weights_block;
typedef wick_weight_shape wick_embedding_weights_block;

wick_status wick_linear_dynamic_s8_prepare(const wick_call *call, void *block);
wick_status wick_linear_dynamic_s8_w4_prepare(const wick_call *call, void *block);
wick_status wick_linear_f32_w8_prepare(const wick_call *call, void *block);
wick_status wick_linear_f32_w4_prepare(const wick_call *call, void *block);
wick_status wick_linear_f32_f16_prepare(const wick_call *call, void *block);
wick_status wick_embedding_w8_prepare(const wick_call *call, void *block);
wick_status wick_embedding_w4_prepare(const wick_call *call, void *block);
wick_status wick_embedding_f16_prepare(const wick_call *call, void *block);

wick_status wick_linear_dynamic_s8_run(const wick_call *call, const void *block);
wick_status wick_linear_f32_weights_run(const wick_call *call, const void *block);
wick_status wick_linear_f32_f16_run(const wick_call *call, const void *block);
wick_status wick_embedding_weights_run(const wick_call *call, const void *block);
wick_status wick_embedding_f16_run(const wick_call *call, const void *block);

#endif
