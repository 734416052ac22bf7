// SPDX-License-Identifier: BSD-3-Clause
// Each function folds its argument into a short interval and evaluates a polynomial there. The
// coefficients are minimax fits (Lawson's weighted least squares in double, rounded to float);
// docs/math.md has intervals and bounds.
#include "kernels/math/math.h"

#include <stdint.h>

typedef union float_bits {
    float value;
    uint32_t bits;
} float_bits;

#define F32_INFINITY 0x7f800000u
#define F32_NAN      0x7fc00000u

static float from_bits(uint32_t bits)
{
    const float_bits out = {.bits = bits};
    return out.value;
}

static uint32_t to_bits(float value)
{
    const float_bits in = {.value = value};
    return in.bits;
}

// |x|, and x with the sign of `from`.
static float magnitude_of(float x)
{
    return from_bits(to_bits(x) & 0x7fffffffu);
}

static float with_sign_of(float x, float from)
{
    return from_bits(to_bits(x) | (to_bits(from) & 0x80000000u));
}

// 2^n for n in [-126, 127].
static float power_of_two(int32_t n)
{
    return from_bits((uint32_t)(n + 127) << 23);
}

// exp(x) = 2^n * exp(r), |r| <= ln(2)/2; n * 0x1.63p-1 is exact.
float wick_exp_f32(float x)
{
    if (!(x <= 0x1.62e42ep+6f)) { // above the logarithm of the largest float, or NaN
        return x + from_bits(F32_INFINITY);
    }
    if (x < -104.0f) {
        return 0.0f;
    }
    const int32_t n = (int32_t)(x * 0x1.715476p+0f + (x < 0.0f ? -0.5f : 0.5f));
    const float count = (float)n;
    const float r = (x - count * 0x1.63p-1f) - count * -0x1.bd0106p-13f;
    float p = 0x1.a1b760p-13f;
    p = p * r + 0x1.6d98bep-10f;
    p = p * r + 0x1.11107ep-7f;
    p = p * r + 0x1.55547ep-5f;
    p = p * r + 0x1.555556p-3f;
    p = p * r + 0.5f;
    const float value = (p * (r * r) + r) + 1.0f;
    // In two steps: 2^n itself may be out of range, and only the last product rounds.
    const int32_t half = n / 2;
    return value * power_of_two(half) * power_of_two(n - half);
}

// log(x) = e * ln(2) + log(1 + r), 1 + r in [sqrt(1/2), sqrt(2)).
float wick_log_f32(float x)
{
    uint32_t bits = to_bits(x);
    if (bits - 1u >= F32_INFINITY - 1u) { // 0, below 0, infinite, NaN
        if ((bits & 0x7fffffffu) == 0) {
            return from_bits(0x80000000u | F32_INFINITY);
        }
        return bits == F32_INFINITY || x != x ? x : from_bits(F32_NAN);
    }
    int32_t exponent = 0;
    if (bits < 0x00800000u) {
        bits = to_bits(x * 0x1p+23f);
        exponent = -23;
    }
    const uint32_t offset = bits - 0x3f3504f3u; // from sqrt(1/2)
    const int32_t shift = (int32_t)(offset & 0xff800000u) / 0x800000;
    exponent += shift;
    const float r = from_bits((offset & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
    float p = 0x1.14573ep-4f;
    p = p * r + -0x1.de3bf8p-4f;
    p = p * r + 0x1.e6f08cp-4f;
    p = p * r + -0x1.fc220ep-4f;
    p = p * r + 0x1.233766p-3f;
    p = p * r + -0x1.555c4ep-3f;
    p = p * r + 0x1.99a4b6p-3f;
    p = p * r + -0x1.000006p-2f;
    p = p * r + 0x1.555548p-2f;
    const float square = r * r;
    const float count = (float)exponent;
    const float tail = p * (square * r) + count * -0x1.bd0106p-13f - 0.5f * square;
    return (tail + r) + count * 0x1.63p-1f;
}

float wick_tanh_f32(float x)
{
    const float a = magnitude_of(x);
    if (a < 0.625f) {
        const float z = x * x;
        float p = -0x1.76abf6p-8f;
        p = p * z + 0x1.5256cep-6f;
        p = p * z + -0x1.b84448p-5f;
        p = p * z + 0x1.110768p-3f;
        p = p * z + -0x1.555534p-2f;
        return a < 0x1p-12f ? x : x + x * (z * p);
    }
    if (a > 9.1f) {
        return with_sign_of(1.0f, x);
    }
    return with_sign_of(1.0f - 2.0f / (wick_exp_f32(2.0f * a) + 1.0f), x);
}

float wick_erf_f32(float x)
{
    const float a = magnitude_of(x);
    if (a < 0x1.d8p-1f) { // erf(x) = x + x * P(x^2)
        const float z = x * x;
        float p = 0x1.603ab6p-14f;
        p = p * z + -0x1.ab48dcp-11f;
        p = p * z + 0x1.54e650p-8f;
        p = p * z + -0x1.b811c2p-6f;
        p = p * z + 0x1.ce2e30p-4f;
        p = p * z + -0x1.812744p-2f;
        p = p * z + 0x1.06eba8p-3f;
        return x + x * p;
    }
    if (a >= 4.0f) {
        return with_sign_of(1.0f, x);
    }
    // erf(a) = 1 - exp(Q(a)), Q = log(erfc)
    float q = -0x1.d6075cp-22f;
    q = q * a + -0x1.03a29ap-16f;
    q = q * a + 0x1.a73278p-12f;
    q = q * a + -0x1.0b23f8p-8f;
    q = q * a + 0x1.98a2fep-6f;
    q = q * a + -0x1.baa7acp-4f;
    q = q * a + -0x1.4459ecp-1f;
    q = q * a + -0x1.2123dep+0f;
    q = q * a + 0x1.57f136p-13f;
    return with_sign_of(1.0f - wick_exp_f32(q), x);
}

// Digit by digit on the significand, then rounded to nearest; a root is never halfway between two
// floats.
float wick_sqrt_f32(float x)
{
    uint32_t bits = to_bits(x);
    if ((bits & 0x7fffffffu) == 0 || bits == F32_INFINITY || x != x) {
        return x;
    }
    if (bits >> 31 != 0) {
        return from_bits(F32_NAN);
    }
    int32_t exponent = -127;
    if (bits < 0x00800000u) {
        bits = to_bits(x * 0x1p+24f);
        exponent -= 24;
    }
    exponent += (int32_t)(bits >> 23);
    uint32_t rest = (bits & 0x7fffffu) | 0x800000u;
    if (exponent % 2 != 0) {
        rest <<= 1;
        exponent -= 1;
    }
    rest <<= 1;
    uint32_t root = 0; // 25 bits: 24 of the result and one for rounding
    uint32_t taken = 0;
    for (uint32_t digit = 0x1000000u; digit != 0; digit >>= 1) {
        const uint32_t trial = taken + digit;
        if (trial <= rest) {
            taken = trial + digit;
            rest -= trial;
            root += digit;
        }
        rest <<= 1;
    }
    root += root & 1u;
    return from_bits((root >> 1) + ((uint32_t)(exponent / 2 + 126) << 23));
}
