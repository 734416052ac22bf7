// SPDX-License-Identifier: BSD-3-Clause
// Products of matrices of 8-bit integers: out[n] = clamp(rescale(lhs[n] * transpose(rhs[n])) +
// offset).
//
// Shapes  lhs [batch, rows, depth], rhs [batch, cols, depth], out [batch, rows, cols]; any may be
// 0. Units   offsets are negated zero points, added to the operands; scale as in requantize.h.
// Range   offsets in [-128, 128]; depth <= 32767 keeps the sum inside int32.
// Memory  strides in elements of each of the three dimensions; out must not overlap an operand.
// Result  exact.
#ifndef WICK_KERNELS_QUANT_BATCH_MATMUL_S8_H
#define WICK_KERNELS_QUANT_BATCH_MATMUL_S8_H

#include "kernels/quant/requantize.h"

#include <stddef.h>

typedef struct wick_batch_matmul_s8_params {
    int32_t batch, rows, cols, depth;
    int32_t lhs_strides[3], rhs_strides[3], out_strides[3];
    int32_t lhs_offset, rhs_offset;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_batch_matmul_s8_params;

void wick_batch_matmul_s8(const wick_batch_matmul_s8_params *params, const int8_t *lhs,
                          const int8_t *rhs, int8_t *out);

#endif
