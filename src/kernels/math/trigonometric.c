// SPDX-License-Identifier: BSD-3-Clause
// The argument is taken modulo pi/2 in integers, whatever its magnitude: the significand times the
// bits of 2/pi that matter. One path, and no loss near multiples of pi/2.
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

// Quarter turns, and the rest in radians, |rest| <= pi/4.
typedef struct angle {
    uint32_t quarter;
    float rest;
} angle;

// 32 bits of 2/pi from bit `at` on; bits 0 to 31 stand for whole numbers.
static uint32_t two_over_pi(uint32_t at)
{
    static const uint32_t words[] = {0,           0xa2f9836eu, 0x4e441529u, 0xfc2757d1u,
                                     0xf534ddc0u, 0xdb629599u, 0x3c439041u, 0xfe5163abu};
    const uint32_t word = at / 32;
    const uint64_t pair = (uint64_t)words[word] << 32 | words[word + 1];
    return (uint32_t)(pair << at % 32 >> 32);
}

// A fraction of a quarter turn in Q64, in radians.
static float radians(uint64_t left)
{
    if (left == 0) {
        return 0.0f;
    }
    int32_t exponent = -31;
    for (; left >> 56 == 0; left <<= 8) {
        exponent -= 8;
    }
    for (; left >> 63 == 0; left <<= 1) {
        exponent--;
    }
    const uint64_t product = (left >> 32) * 0xc90fdaa2u; // pi/2 in Q31
    return (float)(uint32_t)(product >> 32) * wick_power_of_two_f32(exponent);
}

// Of a finite |x| >= 1/2.
static angle reduce(float x)
{
    const uint32_t bits = wick_bits_of_f32(x) & 0x7fffffffu;
    const uint64_t significand = (bits & 0x7fffffu) | 0x800000u;
    // |x| = significand * 2^(e - 150). The bits of 2/pi before `at` give multiples of 4 quarter
    // turns; of the 96 from there on, the product's unit is 2^-94 quarter turns.
    const uint32_t at = (bits >> 23) - 120;
    const uint64_t product = (two_over_pi(at) * significand << 32) +
                             two_over_pi(at + 32) * significand +
                             (two_over_pi(at + 64) * significand >> 32);
    const uint64_t fraction = product << 2;
    const uint32_t quarter = (uint32_t)(product >> 62);
    if (fraction >> 63 != 0) { // nearer to the next quarter
        return (angle){quarter + 1, -radians(0 - fraction)};
    }
    return (angle){quarter, radians(fraction)};
}

// On |x| <= pi/4.
static float sine(float x)
{
    static const float c[] = {0x1.6cd732p-19f, -0x1.a00f98p-13f, 0x1.111108p-7f, -0x1.555556p-3f};
    const float z = x * x;
    return x + x * (z * WICK_POLYNOMIAL(c, z));
}

static float cosine(float x)
{
    static const float c[] = {-0x1.2429fcp-22f, 0x1.a0111cp-16f, -0x1.6c16b8p-10f, 0x1.555556p-5f};
    const float z = x * x;
    const float half = 0.5f * z;
    const float one = 1.0f - half;
    return one + ((1.0f - one - half) + z * z * WICK_POLYNOMIAL(c, z));
}

// sin of |x| + `turn` quarters.
static float sine_of(float x, uint32_t turn)
{
    const float magnitude = wick_magnitude_f32(x);
    angle a = {0, magnitude};
    if (!(magnitude < wick_infinity_f32())) {
        return wick_nan_f32();
    }
    if (magnitude > 0x1.921fb6p-1f) {
        a = reduce(magnitude);
    }
    a.quarter += turn;
    const float value = (a.quarter & 1u) != 0 ? cosine(a.rest) : sine(a.rest);
    return (a.quarter & 2u) != 0 ? -value : value;
}

float wick_sin_f32(float x)
{
    const float value = sine_of(x, 0);
    return wick_f32_from_bits(wick_bits_of_f32(value) ^ (wick_bits_of_f32(x) & 0x80000000u));
}

float wick_cos_f32(float x)
{
    return sine_of(x, 1);
}

float wick_tan_f32(float x)
{
    const float magnitude = wick_magnitude_f32(x);
    angle a = {0, magnitude};
    if (!(magnitude < wick_infinity_f32())) {
        return wick_nan_f32();
    }
    if (magnitude > 0x1.921fb6p-1f) {
        a = reduce(magnitude);
    } else if (magnitude < 0x1p-12f) {
        return x;
    }
    const float s = sine(a.rest);
    const float c = cosine(a.rest);
    const float value = (a.quarter & 1u) != 0 ? -c / s : s / c;
    return wick_f32_from_bits(wick_bits_of_f32(value) ^ (wick_bits_of_f32(x) & 0x80000000u));
}

// sin(pi * x), for reflections.
float wick_sin_pi_f32(float x)
{
    const float magnitude = wick_magnitude_f32(x);
    if (!(magnitude < 0x1p+23f)) { // whole, infinite or NaN
        return x - x;
    }
    const int32_t halves = (int32_t)(2.0f * magnitude + 0.5f);
    const float rest = (magnitude - 0.5f * (float)halves) * 0x1.921fb6p+1f;
    const float value = (halves & 1) != 0 ? cosine(rest) : sine(rest);
    return ((halves & 2) != 0) != (x < 0.0f) ? -value : value;
}

// On [0, 1]; the result is added to `turn`.
static float arc_tangent(float x, float turn, float turn_rest)
{
    static const float c[] = {-0x1.f2594ep-5f, 0x1.b202c0p-4f, -0x1.23b6c4p-3f, 0x1.9991aep-3f,
                              -0x1.55554ap-2f};
    const float z = x * x;
    return turn + (x + (x * (z * WICK_POLYNOMIAL(c, z)) + turn_rest));
}

float wick_atan_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    float value = 0.0f;
    if (a < 0x1.a8279ap-2f) { // tan(pi/8)
        return a < 0x1p-12f ? x : arc_tangent(x, 0.0f, 0.0f);
    }
    if (a < 0x1.3504f4p+1f) { // tan(3 pi/8)
        value = arc_tangent((a - 1.0f) / (a + 1.0f), 0x1.921fb6p-1f, -0x1.777a5cp-26f);
    } else {
        value = arc_tangent(-1.0f / a, 0x1.921fb6p+0f, -0x1.777a5cp-25f);
    }
    return x != x ? x : wick_with_sign_f32(value, x);
}

// Angle of the point (x, y).
float wick_atan2_f32(float y, float x)
{
    const float pi = 0x1.921fb6p+1f;
    const float up = wick_magnitude_f32(y);
    const float along = wick_magnitude_f32(x);
    if (x != x || y != y) {
        return x + y;
    }
    float value = wick_atan_f32(up / along);
    if (up == along) { // 0 / 0, infinity / infinity
        value = up == 0.0f ? 0.0f : 0.25f * pi;
    }
    if (wick_bits_of_f32(x) >> 31 != 0) {
        value = pi - (value - -0x1.777a5cp-24f);
    }
    return wick_with_sign_f32(value, y);
}

// On |x| <= 1/2.
static float arc_sine(float x)
{
    static const float c[] = {0x1.33bbe8p-5f, 0x1.d7f1e4p-7f, 0x1.04a65cp-5f,
                              0x1.6cac3cp-5f, 0x1.33388ep-4f, 0x1.55554cp-3f};
    const float z = x * x;
    return x + x * (z * WICK_POLYNOMIAL(c, z));
}

float wick_asin_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a <= 0.5f) {
        return arc_sine(x);
    }
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    const float root = wick_sqrt_f32((1.0f - a) * 0.5f);
    return wick_with_sign_f32(0x1.921fb6p+0f - (2.0f * arc_sine(root) - -0x1.777a5cp-25f), x);
}

float wick_acos_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a <= 0.5f) {
        return 0x1.921fb6p+0f - (arc_sine(x) - -0x1.777a5cp-25f);
    }
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    const float value = 2.0f * arc_sine(wick_sqrt_f32((1.0f - a) * 0.5f));
    return x < 0.0f ? 0x1.921fb6p+1f - (value - -0x1.777a5cp-24f) : value;
}
