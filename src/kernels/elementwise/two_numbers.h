// SPDX-License-Identifier: BSD-3-Clause
// Steps on two numbers that are longer than an expression, for binary.def.
#ifndef WICK_KERNELS_ELEMENTWISE_TWO_NUMBERS_H
#define WICK_KERNELS_ELEMENTWISE_TWO_NUMBERS_H

#include "kernels/elementwise/numbers.h"

// a^b; the exponents that eager PyTorch multiplies out or takes roots for are exact here too.
static inline float wick_power_f32(float a, float b)
{
    if (b == 2.0f) {
        return a * a;
    }
    if (b == 0.5f) {
        return a == -wick_infinity_f32() ? wick_infinity_f32() : wick_sqrt_f32(a);
    }
    return b == -1.0f ? 1.0f / a : wick_pow_f32(a, b);
}

// sqrt(a^2 + b^2) without overflow on the way.
static inline float wick_hypot_f32(float a, float b)
{
    const float x = wick_magnitude_f32(a);
    const float y = wick_magnitude_f32(b);
    const float larger = x > y ? x : y;
    const float smaller = x > y ? y : x;
    if (x == wick_infinity_f32() || y == wick_infinity_f32()) {
        return wick_infinity_f32();
    }
    if (x != x || y != y || larger == 0.0f) {
        return x + y;
    }
    const float ratio = smaller / larger;
    return larger * wick_sqrt_f32(1.0f + ratio * ratio);
}

// log(exp(a) + exp(b)), and of powers of 2.
static inline float wick_logaddexp_f32(float a, float b)
{
    if (a == b && wick_magnitude_f32(a) == wick_infinity_f32()) {
        return a;
    }
    return wick_larger_f32(a, b) + wick_log1p_f32(wick_exp_f32(-wick_magnitude_f32(a - b)));
}

static inline float wick_logaddexp2_f32(float a, float b)
{
    if (a == b && wick_magnitude_f32(a) == wick_infinity_f32()) {
        return a;
    }
    const float rest = wick_log1p_f32(wick_exp2_f32(-wick_magnitude_f32(a - b)));
    return wick_larger_f32(a, b) + rest * 0x1.715476p+0f;
}

// The float next to a in the direction of b.
static inline float wick_nextafter_f32(float a, float b)
{
    if (a != a || b != b) {
        return a + b;
    }
    if (a == b) {
        return b;
    }
    if (a == 0.0f) {
        return wick_with_sign_f32(0x1p-149f, b);
    }
    const uint32_t bits = wick_bits_of_f32(a);
    return wick_f32_from_bits((a < b) == (a > 0.0f) ? bits + 1 : bits - 1);
}

// a + weight * (b - a), from the nearer end.
static inline float wick_lerp_f32(float a, float b, float weight)
{
    return wick_magnitude_f32(weight) < 0.5f ? a + weight * (b - a) : b - (b - a) * (1.0f - weight);
}

// a^b, wrapping; of a negative exponent the whole part: 0 but for 1 and -1.
static inline int64_t wick_power_i64(int64_t a, int64_t b)
{
    if (b < 0) {
        const int64_t unit = a == 1 || a == -1 ? a : 0;
        return b % 2 == 0 ? unit * unit : unit;
    }
    uint64_t result = 1;
    for (uint64_t base = (uint64_t)a; b != 0; b >>= 1, base *= base) {
        result *= (b & 1) != 0 ? base : 1;
    }
    return (int64_t)result;
}

static inline int64_t wick_gcd_i64(int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)wick_magnitude_i64(a);
    uint64_t y = (uint64_t)wick_magnitude_i64(b);
    while (y != 0) {
        const uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return (int64_t)x;
}

static inline int64_t wick_lcm_i64(int64_t a, int64_t b)
{
    const int64_t divisor = wick_gcd_i64(a, b);
    return divisor == 0 ? 0 : wick_magnitude_i64(wick_product_i64(a / divisor, b));
}

#endif
