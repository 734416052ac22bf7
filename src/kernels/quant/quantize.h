// SPDX-License-Identifier: BSD-3-Clause
// Between float32 and integers of 8 and 16 bits, elementwise: the doors of a quantized graph.
//
// quantize    out = clamp(round(input * inverse) + zero_point), halves to even, the product rounded
// to float32.
//             NaN gives 0.
// dequantize  out = (input - zero_point) * scale, each step rounded to float32.
// Range       zero point and bounds in [-65536, 65536]; bounds within the integer's type.
#ifndef WICK_KERNELS_QUANT_QUANTIZE_H
#define WICK_KERNELS_QUANT_QUANTIZE_H

#include <stdint.h>

typedef struct wick_quantize_params {
    uint32_t count;
    uint8_t dtype; // of the integers: int8, uint8, int16
    float factor;  // inverse of the scale, or the scale
    int32_t zero_point, minimum, maximum;
} wick_quantize_params;

void wick_quantize_f32(const wick_quantize_params *params, const float *input, void *out);
void wick_dequantize_f32(const wick_quantize_params *params, const void *input, float *out);

#endif
