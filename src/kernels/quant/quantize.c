// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/quantize.h"

#include "wick/tensor.h"

// Past this every value is clamped, whatever the zero point, and below it the sum with 1.5 * 2^23
// is exact to the unit.
#define LIMIT   1048576.0f
#define ROUNDER 12582912.0f

static inline int32_t quantize_one(const wick_quantize_params *p, float value)
{
    const float scaled = value * p->factor;
    if (scaled != scaled) {
        return 0;
    }
    const float low = scaled < -LIMIT ? -LIMIT : scaled;
    const float inside = low > LIMIT ? LIMIT : low;
    const float rounded = (inside + ROUNDER) - ROUNDER;
    const int32_t steps = (int32_t)rounded + p->zero_point;
    const int32_t raised = steps < p->minimum ? p->minimum : steps;
    return raised > p->maximum ? p->maximum : raised;
}

void wick_quantize_f32(const wick_quantize_params *params, const float *input, void *out)
{
    if (params->dtype == WICK_INT16) {
        int16_t *const words = out;
        for (uint32_t i = 0; i < params->count; i++) {
            words[i] = (int16_t)quantize_one(params, input[i]);
        }
        return;
    }
    uint8_t *const bytes = out; // int8 and uint8 alike: two's complement
    for (uint32_t i = 0; i < params->count; i++) {
        bytes[i] = (uint8_t)quantize_one(params, input[i]);
    }
}

static inline float dequantize_one(const wick_quantize_params *p, int32_t value)
{
    return (float)(value - p->zero_point) * p->factor;
}

void wick_dequantize_f32(const wick_quantize_params *params, const void *input, float *out)
{
    const int8_t *const bytes = input;
    const uint8_t *const unsigned_bytes = input;
    const int16_t *const words = input;
    for (uint32_t i = 0; i < params->count; i++) {
        const int32_t value = params->dtype == WICK_INT8    ? bytes[i]
                              : params->dtype == WICK_UINT8 ? unsigned_bytes[i]
                                                            : words[i];
        out[i] = dequantize_one(params, value);
    }
}
