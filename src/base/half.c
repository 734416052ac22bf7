// SPDX-License-Identifier: BSD-3-Clause
#include "base/half.h"

#include <stdint.h>

typedef union wick_float_bits {
    float value;
    uint32_t bits;
} wick_float_bits;

float wick_f32_from_f16(uint16_t half)
{
    const uint32_t sign = (uint32_t)(half & 0x8000u) << 16;
    const uint32_t exponent = (half >> 10) & 0x1fu;
    uint32_t mantissa = half & 0x3ffu;
    wick_float_bits out = {.bits = sign};
    if (exponent == 0x1f) {
        out.bits |= 0x7f800000u | mantissa << 13 | (mantissa != 0 ? 0x400000u : 0);
    } else if (exponent != 0) {
        out.bits |= (exponent + 112) << 23 | mantissa << 13;
    } else {
        // Zero and subnormals: mantissa * 2^-24 is exact in float.
        out.value = (float)mantissa * 0x1p-24f;
        out.bits |= sign;
    }
    return out.value;
}

// Shifts right by `shift` (1..31), rounding to nearest, ties to even.
static uint32_t shift_right_rounded(uint32_t value, uint32_t shift)
{
    const uint32_t half = 1u << (shift - 1);
    const uint32_t rest = value & ((1u << shift) - 1);
    const uint32_t kept = value >> shift;
    return kept + (rest > half || (rest == half && (kept & 1u)));
}

uint16_t wick_f16_from_f32(float value)
{
    const wick_float_bits in = {value};
    const uint32_t sign = in.bits >> 16 & 0x8000u;
    const uint32_t magnitude = in.bits & 0x7fffffffu;
    if (magnitude > 0x7f800000u) {
        return (uint16_t)(sign | 0x7e00u | (magnitude >> 13 & 0x1ffu));
    }
    if (magnitude >= 0x47800000u) { // 65536 and above
        return (uint16_t)(sign | 0x7c00u);
    }
    if (magnitude >= 0x38800000u) { // normal; a carry out of the mantissa moves into the exponent,
                                    // up to infinity
        return (uint16_t)(sign | shift_right_rounded(magnitude - 0x38000000u, 13));
    }
    const uint32_t exponent = magnitude >> 23;
    if (exponent < 102) { // below half of the smallest subnormal
        return (uint16_t)sign;
    }
    const uint32_t mantissa = (magnitude & 0x7fffffu) | 0x800000u;
    return (uint16_t)(sign | shift_right_rounded(mantissa, 126 - exponent));
}

uint16_t wick_f16_from_f64(double value)
{
    // Rounding twice is avoided by rounding the first step to odd: float keeps 13 bits more than
    // binary16.
    const float nearest = (float)value;
    wick_float_bits odd = {nearest};
    const double back = (double)nearest;
    if (back == value || value != value) {
        return wick_f16_from_f32(nearest);
    }
    if ((odd.bits & 1u) == 0 && (odd.bits & 0x7fffffffu) < 0x7f800000u) {
        const int away = (back < value) == (value > 0);
        odd.bits = away ? odd.bits + 1 : odd.bits - 1;
    }
    return wick_f16_from_f32(odd.value);
}

float wick_f32_from_bf16(uint16_t bits)
{
    const wick_float_bits out = {.bits = (uint32_t)bits << 16};
    return out.value;
}

uint16_t wick_bf16_from_f32(float value)
{
    const wick_float_bits in = {value};
    if ((in.bits & 0x7fffffffu) > 0x7f800000u) {
        return (uint16_t)(in.bits >> 16 | 0x40u);
    }
    return (uint16_t)((in.bits + 0x7fffu + (in.bits >> 16 & 1u)) >> 16);
}
