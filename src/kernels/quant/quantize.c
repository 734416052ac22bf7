// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/quantize.h"

#include "wick/tensor.h"

// Past this every value is clamped, whatever the zero point, and below it the sum with 1.5 * 2^23
// is exact to the unit.
#define LIMIT   1048576.0f
#define ROUNDER 12582912.0f
#define WHOLE   8388608.0f // from here on a float32 is an integer

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

// To int32: past 2^31 the result saturates.
static inline int32_t quantize_wide(const wick_quantize_params *p, float value)
{
    const float scaled = value * p->factor;
    if (scaled > -LIMIT && scaled < LIMIT) {
        return quantize_one(p, value);
    }
    if (scaled != scaled) {
        return 0;
    }
    const float whole = scaled < 0 ? -WHOLE : WHOLE;
    const float rounded = scaled > -WHOLE && scaled < WHOLE ? (scaled + whole) - whole : scaled;
    if (rounded >= 2147483648.0f || rounded < -2147483648.0f) {
        return rounded < 0 ? p->minimum : p->maximum;
    }
    const int32_t steps = (int32_t)rounded;
    const int32_t raised = steps < p->minimum ? p->minimum : steps;
    return raised > p->maximum ? p->maximum : raised;
}

void wick_quantize_f32(const wick_quantize_params *params, const float *input, void *out)
{
    if (params->dtype == WICK_INT32) {
        int32_t *const wide = out;
        for (uint32_t i = 0; i < params->count; i++) {
            wide[i] = quantize_wide(params, input[i]);
        }
        return;
    }
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

// One loop for each type.
#define DEQUANTIZE_AS(type)                                                    \
    do {                                                                       \
        const type *const values = input;                                      \
        for (uint32_t i = 0; i < params->count; i++) {                         \
            out[i] = (float)(values[i] - params->zero_point) * params->factor; \
        }                                                                      \
    } while (0)

void wick_dequantize_f32(const wick_quantize_params *params, const void *input, float *out)
{
    if (params->dtype == WICK_INT8) {
        DEQUANTIZE_AS(int8_t);
    } else if (params->dtype == WICK_UINT8) {
        DEQUANTIZE_AS(uint8_t);
    } else if (params->dtype == WICK_INT16) {
        DEQUANTIZE_AS(int16_t);
    } else {
        DEQUANTIZE_AS(int32_t);
    }
}

static uint32_t element_bytes(uint8_t dtype)
{
    return dtype == WICK_INT32 ? 4 : dtype == WICK_INT16 ? 2 : 1;
}

void wick_quantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                const int64_t *zero_points, const float *input, void *out)
{
    wick_quantize_params row = plan->each;
    const uint32_t step = plan->inner * element_bytes(row.dtype);
    uint8_t *bytes = out;
    row.count = plan->inner;
    for (uint32_t o = 0; o < plan->outer; o++) {
        for (uint32_t c = 0; c < plan->channels; c++) {
            row.factor = 1.0f / scales[c];
            row.zero_point = zero_points ? (int32_t)zero_points[c] : 0;
            wick_quantize_f32(&row, input, bytes);
            input += plan->inner;
            bytes += step;
        }
    }
}

void wick_dequantize_channels_f32(const wick_quantize_channels *plan, const float *scales,
                                  const int64_t *zero_points, const void *input, float *out)
{
    wick_quantize_params row = plan->each;
    const uint32_t step = plan->inner * element_bytes(row.dtype);
    const uint8_t *bytes = input;
    row.count = plan->inner;
    for (uint32_t o = 0; o < plan->outer; o++) {
        for (uint32_t c = 0; c < plan->channels; c++) {
            row.factor = scales[c];
            row.zero_point = zero_points ? (int32_t)zero_points[c] : 0;
            wick_dequantize_f32(&row, bytes, out);
            bytes += step;
            out += plan->inner;
        }
    }
}
