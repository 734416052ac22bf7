// SPDX-License-Identifier: BSD-3-Clause
// Writes what a quantized run has chosen into the graph.
//
// Before  %y = aten::linear(%x, %w, %b)
// After   %q = quantized_decomposed::quantize_per_tensor(%x, scale, zero_point, -128, 127, i8)
//         %d = quantized_decomposed::dequantize_per_tensor(%q, scale, zero_point, -128, 127, i8)
//         %f = quantized_decomposed::dequantize_per_channel(%w8, %scales, None, 0, -127, 127, i8)
//         %y = aten::linear(%d, %f, %b)
// With int8 inputs and outputs %x is i8 and has no quantize; an output is the result of quantize.
#ifndef WICK_COMPILER_QUANT_INSERT_H
#define WICK_COMPILER_QUANT_INSERT_H

#include "compiler/quant/model.h"

void wick_quant_insert(wick_quant_model *model);

#endif
