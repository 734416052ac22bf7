// SPDX-License-Identifier: BSD-3-Clause
// From a sum in int32 to an int8: the two rounding steps of TFLite and CMSIS-NN (docs/numerics.md).
// The one definition of them: every quantized kernel calls these, a faster one must give the same
// bits.
#ifndef WICK_KERNELS_QUANT_REQUANTIZE_H
#define WICK_KERNELS_QUANT_REQUANTIZE_H

#include <stdbool.h>
#include <stdint.h>

// A factor m * 2^(shift - 31).
typedef struct wick_quant_scale {
    int32_t multiplier; // Q0.31, at least 0
    int32_t shift;      // at most WICK_QUANT_SHIFT_MAX; positive shifts left
} wick_quant_scale;

enum { WICK_QUANT_SHIFT_MAX = 31 };

// What a result in steps becomes: offset (the zero point) added, clamped. All in [-128, 127].
typedef struct wick_quant_range {
    int32_t offset, minimum, maximum;
} wick_quant_range;

static inline bool wick_quant_scale_is_valid(int32_t multiplier, int32_t shift)
{
    return multiplier >= 0 && shift <= WICK_QUANT_SHIFT_MAX;
}

// Step one: value * 2^left * multiplier / 2^31, halves rounded up, modulo 2^32. left in [0, 31].
// With left = 0 and a multiplier of at least 0 nothing is lost.
static inline int32_t wick_quant_high_multiply(int32_t value, int32_t multiplier, int32_t left)
{
    const uint64_t product = (uint64_t)((int64_t)value * multiplier) << left;
    return (int32_t)(uint32_t)((product + (UINT64_C(1) << 30)) >> 31);
}

// Step two: value / 2^right, halves rounded away from 0. right in [0, 31].
static inline int32_t wick_quant_divide_by_power(int32_t value, int32_t right)
{
    const uint32_t mask = (UINT32_C(1) << right) - 1u;
    const uint32_t rest = (uint32_t)value & mask;
    const uint32_t half = (mask >> 1) + (value < 0 ? 1u : 0u);
    // rest > half only where right > 0, so that the sum stays in range; for right = 0 and value < 0
    // it is 0 > 1.
    return (value >> right) + (rest > half ? 1 : 0);
}

// value * multiplier * 2^(shift - 31) in the two steps. The scale is valid. Below 2^-31 nothing is
// left of any value.
static inline int32_t wick_requantize(int32_t value, int32_t multiplier, int32_t shift)
{
    if (shift >= 0) {
        return wick_quant_high_multiply(value, multiplier, shift);
    }
    if (shift < -31) {
        return 0;
    }
    return wick_quant_divide_by_power(wick_quant_high_multiply(value, multiplier, 0), -shift);
}

// Adds the offset modulo 2^32, clamps: the upper bound wins.
static inline int32_t wick_quant_clamp(int32_t value, const wick_quant_range *range)
{
    const int32_t moved = (int32_t)((uint32_t)value + (uint32_t)range->offset);
    const int32_t raised = moved < range->minimum ? range->minimum : moved;
    return raised > range->maximum ? range->maximum : raised;
}

static inline int8_t wick_quant_narrow(int32_t value, const wick_quant_range *range)
{
    return (int8_t)wick_quant_clamp(value, range);
}

enum { WICK_QUANT_WIDE_SHIFT_MAX = 7 };

// The same for a sum in 64 bits (16-bit activations), as TFLite and CMSIS-NN do: the multiplier is
// rounded to 15 bits, so that the product fits, and there is one rounding, halves up. |sum| below
// 2^47; the scale is valid and its shift at most WICK_QUANT_WIDE_SHIFT_MAX. Saturates to int32.
static inline int32_t wick_requantize_wide(int64_t sum, int32_t multiplier, int32_t shift)
{
    const int32_t most = 0x7fff;
    const int32_t reduced = multiplier < most << 16 ? (multiplier + (1 << 15)) >> 16 : most;
    const int32_t right = 15 - (shift < -31 ? -31 : shift);
    const int64_t steps = (sum * reduced + (INT64_C(1) << (right - 1))) >> right;
    const int64_t limited = steps < INT32_MIN ? INT32_MIN : steps;
    return (int32_t)(limited > INT32_MAX ? INT32_MAX : limited);
}

#endif
