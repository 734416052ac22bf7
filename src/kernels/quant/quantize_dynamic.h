// SPDX-License-Identifier: BSD-3-Clause
// Quantization whose scales are found while the model runs.
//
// Shapes  rows of `depth` float32 values, each with a scale and a zero point; one row is a tensor
//         with one scale.
// Result  that of torch's quantized_decomposed operators, step by step in float32 or, where scales
//         are float64, in float64.
#ifndef WICK_KERNELS_QUANT_QUANTIZE_DYNAMIC_H
#define WICK_KERNELS_QUANT_QUANTIZE_DYNAMIC_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_quantize_range {
    float low, high; // least and greatest value, 0 included
} wick_quantize_range;

// False if a value is not finite.
bool wick_find_range_f32(uint32_t depth, const float *input, wick_quantize_range *range);

typedef struct wick_found_scale {
    double scale;
    int64_t zero_point;
} wick_found_scale;

// scale = (high - low) / (maximum - minimum), at least `smallest`; the zero point is what stands
// for 0.
wick_found_scale wick_choose_scale(wick_quantize_range range, float smallest, int32_t minimum,
                                   int32_t maximum);
// For int8, from the end of the range that is represented with the smaller error.
wick_found_scale wick_choose_scale_of_token(wick_quantize_range range);

typedef struct wick_quantize_tokens {
    uint32_t rows, depth;
    uint8_t dtype; // of the integers: int8, uint8, int16, int32
    bool is_wide;  // scales are float64
    int32_t minimum, maximum;
} wick_quantize_tokens;

// out = clamp(round(input * (1 / scale) + zero_point)), halves to even. NaN gives `minimum`.
void wick_quantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                              const int64_t *zero_points, const float *input, void *out);
// out = (input - zero_point) * scale.
void wick_dequantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                                const int64_t *zero_points, const void *input, float *out);

#endif
