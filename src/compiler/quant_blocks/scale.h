// SPDX-License-Identifier: BSD-3-Clause
// Real scales as the integers that the operators compute with (docs/numerics.md).
//
// Errors  false if the numbers are not finite, or cannot be expressed.
#ifndef WICK_COMPILER_QUANT_BLOCKS_SCALE_H
#define WICK_COMPILER_QUANT_BLOCKS_SCALE_H

#include "ops/quant/quant_block.h"

// An int8 tensor's scale and zero point: q stands for scale * (q - zero_point).
typedef struct wick_quant_params {
    double scale;
    int32_t zero_point;
} wick_quant_params;

// Multiplier in [2^30, 2^31) and shift of a factor >= 0, to the nearest, halves to even: TFLite's
// QuantizeMultiplier, the exporter's quantize_multiplier_aot. 0 gives 0, 0. A factor below 2^-63
// gives 0, 0: nothing would be left of any int32. False for a factor of 2^31 and above.
bool wick_quant_scale_from_real(double factor, wick_quant_scale *out);

// The real number that multiplier and shift stand for; exact.
double wick_quant_scale_to_real(wick_quant_scale scale);

// Scales of a sum a + b with the result `out`, as TFLite and the exporter set them: both operands
// on twice the larger of their scales, 20 bits of fraction. Bounds and offset of out: full range.
bool wick_quant_residual_from_real(const wick_quant_params *a, const wick_quant_params *b,
                                   const wick_quant_params *out, wick_quant_residual *residual);

// The same for operands of 16 bits: 15 bits of fraction, zero points 0.
bool wick_quant_residual_s16_from_real(double a, double b, const wick_quant_params *out,
                                       wick_quant_residual *residual);

// Product a * b and quotient a / b.
bool wick_quant_product_scale(double a, double b, double out, wick_quant_scale *scale);
bool wick_quant_quotient_scale(double a, double b, double out, wick_quant_scale *scale);

// Steps of a real bound on a tensor: round(value / scale) + zero_point, halves to even, within
// [-128, 127]; infinities give the ends. For the range of a fused clamp.
int32_t wick_quant_step_of(double value, const wick_quant_params *params);

#endif
