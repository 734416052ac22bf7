// SPDX-License-Identifier: BSD-3-Clause
// The bits of a float32, and polynomials: what the elementary functions are written with.
#ifndef WICK_KERNELS_MATH_BITS_H
#define WICK_KERNELS_MATH_BITS_H

#include <stdint.h>

#define WICK_F32_INFINITY 0x7f800000u
#define WICK_F32_NAN      0x7fc00000u

typedef union wick_f32_bits {
    float value;
    uint32_t bits;
} wick_f32_bits;

static inline float wick_f32_from_bits(uint32_t bits)
{
    const wick_f32_bits out = {.bits = bits};
    return out.value;
}

static inline uint32_t wick_bits_of_f32(float value)
{
    const wick_f32_bits in = {.value = value};
    return in.bits;
}

static inline float wick_infinity_f32(void)
{
    return wick_f32_from_bits(WICK_F32_INFINITY);
}

static inline float wick_nan_f32(void)
{
    return wick_f32_from_bits(WICK_F32_NAN);
}

// |x|, and x >= 0 with the sign of `from`.
static inline float wick_magnitude_f32(float x)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) & 0x7fffffffu);
}

static inline float wick_with_sign_f32(float x, float from)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) | (wick_bits_of_f32(from) & 0x80000000u));
}

static inline int wick_has_sign_f32(float x)
{
    return (int)(wick_bits_of_f32(x) >> 31);
}

// 2^n for n in [-126, 127].
static inline float wick_power_of_two_f32(int32_t n)
{
    return wick_f32_from_bits((uint32_t)(n + 127) << 23);
}

// value * 2^n for n in [-252, 254], rounded once where the result is subnormal.
static inline float wick_scale_f32(float value, int32_t n)
{
    const int32_t half = n / 2;
    return value * wick_power_of_two_f32(half) * wick_power_of_two_f32(n - half);
}

// x = mantissa * 2^exponent, mantissa in [1/2, 1); of 0, infinities and NaN x and 0.
static inline int32_t wick_binary_exponent_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    const int32_t moved = a < 0x1p-126f ? 24 : 0;
    const uint32_t bits = wick_bits_of_f32(moved != 0 ? a * 0x1p24f : a);
    return bits == 0 || bits >= WICK_F32_INFINITY ? 0 : (int32_t)(bits >> 23) - 126 - moved;
}

static inline float wick_exponent_f32(float x)
{
    return (float)wick_binary_exponent_f32(x);
}

static inline float wick_mantissa_f32(float x)
{
    return wick_scale_f32(x, -wick_binary_exponent_f32(x));
}

// Horner: c[0] is the coefficient of the highest power.
static inline float wick_polynomial_f32(const float *c, uint32_t count, float x)
{
    float sum = c[0];
    for (uint32_t i = 1; i < count; i++) {
        sum = sum * x + c[i];
    }
    return sum;
}

#define WICK_POLYNOMIAL(c, x) wick_polynomial_f32(c, sizeof(c) / sizeof((c)[0]), x)

#endif
