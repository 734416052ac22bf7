// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/quantize_dynamic.h"

#include "kernels/math/rounding.h"
#include "wick/tensor.h"

#define SMALLEST_SCALE 0x1p-23f // the epsilon of float32
#define GREATEST       0x1.fffffep127f

bool wick_find_range_f32(uint32_t depth, const float *input, wick_quantize_range *range)
{
    bool is_finite = true;
    *range = (wick_quantize_range){0, 0};
    for (uint32_t i = 0; i < depth; i++) {
        const float value = input[i];
        is_finite = is_finite && value >= -GREATEST && value <= GREATEST;
        range->low = value < range->low ? value : range->low;
        range->high = value > range->high ? value : range->high;
    }
    return is_finite;
}

static float clamped(float value, float low, float high)
{
    const float raised = value < low ? low : value;
    return raised > high ? high : raised;
}

// A range may be wider than the greatest float32: its scale is then held there, as what is
// quantized must be finite.
static float scale_of(wick_quantize_range range, float steps, float smallest)
{
    return clamped((range.high - range.low) / steps, smallest, GREATEST);
}

wick_found_scale wick_choose_scale(wick_quantize_range range, float smallest, int32_t minimum,
                                   int32_t maximum)
{
    const float scale = scale_of(range, (float)(maximum - minimum), smallest);
    const float zero_point = (float)minimum - wick_rint_f32(range.low / scale);
    return (wick_found_scale){(double)scale,
                              (int64_t)clamped(zero_point, (float)minimum, (float)maximum)};
}

wick_found_scale wick_choose_scale_of_token(wick_quantize_range range)
{
    const float scale = scale_of(range, 255.0f, SMALLEST_SCALE);
    const float low = range.low / scale;
    const float high = range.high / scale;
    const bool is_from_low = (-128.0f + low) + (127.0f + high) > 0;
    const float zero_point = is_from_low ? -128.0f - low : 127.0f - high;
    return (wick_found_scale){(double)scale,
                              (int64_t)wick_rint_f32(clamped(zero_point, -128.0f, 127.0f))};
}

static void store(uint8_t dtype, void *out, uint32_t index, int32_t value)
{
    if (dtype == WICK_INT32) {
        ((int32_t *)out)[index] = value;
    } else if (dtype == WICK_INT16) {
        ((int16_t *)out)[index] = (int16_t)value;
    } else {
        ((uint8_t *)out)[index] = (uint8_t)value; // int8 and uint8 alike: two's complement
    }
}

static int32_t load(uint8_t dtype, const void *input, uint32_t index)
{
    if (dtype == WICK_INT32) {
        return ((const int32_t *)input)[index];
    }
    if (dtype == WICK_INT16) {
        return ((const int16_t *)input)[index];
    }
    return dtype == WICK_INT8 ? ((const int8_t *)input)[index] : ((const uint8_t *)input)[index];
}

// The nearest integer in [minimum, maximum]; exact for any double.
static int32_t nearest(const wick_quantize_tokens *plan, double value)
{
    if (!(value > plan->minimum)) {
        return plan->minimum;
    }
    if (value >= plan->maximum) {
        return plan->maximum;
    }
    const double rounder = 0x1.8p52;
    return (int32_t)((value + rounder) - rounder);
}

static double step_of(const wick_quantize_tokens *plan, const void *scales, uint32_t row)
{
    return plan->is_wide ? ((const double *)scales)[row] : (double)((const float *)scales)[row];
}

// What a value is in steps: in float32 each operation rounds, and all of that fits a double.
static double in_steps(bool is_wide, float value, double inverse, int64_t zero_point)
{
    if (is_wide) {
        return (double)value * inverse + (double)zero_point;
    }
    const float scaled = value * (float)inverse;
    return (double)(scaled + (float)zero_point);
}

void wick_quantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                              const int64_t *zero_points, const float *input, void *out)
{
    uint32_t at = 0;
    for (uint32_t row = 0; row < plan->rows; row++) {
        const double scale = step_of(plan, scales, row);
        const double inverse = plan->is_wide ? 1.0 / scale : (double)(1.0f / (float)scale);
        for (uint32_t i = 0; i < plan->depth; i++, at++) {
            const double steps = in_steps(plan->is_wide, input[at], inverse, zero_points[row]);
            store(plan->dtype, out, at, nearest(plan, steps));
        }
    }
}

void wick_dequantize_tokens_f32(const wick_quantize_tokens *plan, const void *scales,
                                const int64_t *zero_points, const void *input, float *out)
{
    uint32_t at = 0;
    for (uint32_t row = 0; row < plan->rows; row++) {
        const double scale = step_of(plan, scales, row);
        for (uint32_t i = 0; i < plan->depth; i++, at++) {
            const int64_t steps = load(plan->dtype, input, at) - zero_points[row];
            out[at] = plan->is_wide ? (float)((double)steps * scale) : (float)steps * (float)scale;
        }
    }
}
