// SPDX-License-Identifier: BSD-3-Clause
// Between float32 and integers of 8, 16 and 32 bits, elementwise: the doors of a quantized graph.
//
// quantize    out = clamp(round(input * inverse) + zero_point), halves to even, the product rounded
// to float32.
//             NaN gives 0.
// dequantize  out = (input - zero_point) * scale, each step rounded to float32.
// Range       zero point and bounds in [-65536, 65536], for int32 zero point 0 and any bounds;
//             bounds within the integer's type.
#ifndef WICK_KERNELS_QUANT_QUANTIZE_H
#define WICK_KERNELS_QUANT_QUANTIZE_H

#include <stdint.h>

typedef struct wick_quantize_params {
    uint32_t count;
    uint8_t dtype; // of the integers: int8, uint8, int16, int32
    float factor;  // inverse of the scale, or the scale
    int32_t zero_point, minimum, maximum;
} wick_quantize_params;

void wick_quantize_f32(const wick_quantize_params *params, const float *input, void *out);
void wick_dequantize_f32(const wick_quantize_params *params, const void *input, float *out);

// The same with a scale and a zero point for each channel of a tensor [outer, channels, inner].
// each.count, factor and zero_point are found as the kernel goes.
typedef struct wick_quantize_channels {
    uint32_t outer, channels, inner;
    wick_quantize_params each;
} wick_quantize_channels;

// scales and zero_points have `channels` entries; zero_points may be NULL: all 0. The inverse of a
// scale is rounded to float32.
void wick_quantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                const int64_t *zero_points, const float *input, void *out);
void wick_dequantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                  const int64_t *zero_points, const void *input, float *out);

#endif
