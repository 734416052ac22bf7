// SPDX-License-Identifier: BSD-3-Clause
// quantized_decomposed::mixed_mm, mixed_linear: products of floats and int8 weights; and checks
// that they share with the quantized embeddings.
#ifndef WICK_OPS_QUANTIZED_WEIGHTS_H
#define WICK_OPS_QUANTIZED_WEIGHTS_H

#include "kernels/quant/grouped.h"
#include "wick/operator.h"

typedef wick_mixed wick_mixed_block;

// NOT_SUPPORTED unless a tensor is f32, f16 or bf16, or unless it is row-major.
wick_status wick_quantized_real(const wick_call *call, uint32_t arg);
wick_status wick_quantized_row_major(const wick_call *call, uint32_t arg);
// Scales [rows] or [rows, groups] at `arg`, and zero points of their type and shape, or None,
// behind them; groups divides depth.
wick_status wick_quantized_scales(const wick_call *call, uint32_t arg, int32_t rows, uint32_t depth,
                                  uint32_t *groups);
wick_grouped_scales wick_quantized_scales_data(const wick_call *call, uint32_t arg);

wick_status wick_mixed_mm_prepare(const wick_call *call, void *block);
wick_status wick_mixed_linear_prepare(const wick_call *call, void *block);
wick_status wick_mixed_run(const wick_call *call, const void *block);

#endif
