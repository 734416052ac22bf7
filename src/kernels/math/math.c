// SPDX-License-Identifier: BSD-3-Clause
// Each function folds its argument into a short interval and evaluates a polynomial there. The
// coefficients are minimax fits (Lawson's weighted least squares in double, rounded to float);
// docs/math.md has intervals and bounds.
#include "kernels/math/math.h"

#include "kernels/math/bits.h"

// exp(r) - 1 - r for x = n * ln(2) + r, |r| <= ln(2)/2; n * 0x1.63p-1 is exact.
static inline float exp_rest(float x, int32_t *n, float *r)
{
    *n = (int32_t)(x * 0x1.715476p+0f + (x < 0.0f ? -0.5f : 0.5f));
    const float count = (float)*n;
    *r = (x - count * 0x1.63p-1f) - count * -0x1.bd0106p-13f;
    float p = 0x1.a1b760p-13f;
    p = p * *r + 0x1.6d98bep-10f;
    p = p * *r + 0x1.11107ep-7f;
    p = p * *r + 0x1.55547ep-5f;
    p = p * *r + 0x1.555556p-3f;
    p = p * *r + 0.5f;
    return p * (*r * *r);
}

// exp(x) = 2^n * exp(r).
float wick_exp_f32(float x)
{
    if (!(x <= 0x1.62e42ep+6f)) { // above the logarithm of the largest float, or NaN
        return x + wick_infinity_f32();
    }
    if (x < -104.0f) {
        return 0.0f;
    }
    int32_t n;
    float r;
    const float rest = exp_rest(x, &n, &r);
    // In two steps: 2^n itself may be out of range, and only the last product rounds.
    return wick_scale_f32((rest + r) + 1.0f, n);
}

// exp(x) - 1 = 2^n * (exp(r) - 1) + (2^n - 1).
float wick_expm1_f32(float x)
{
    if (!(x <= 88.0f)) {
        return wick_exp_f32(x) - 1.0f;
    }
    if (x < -18.0f) {
        return -1.0f;
    }
    int32_t n;
    float r;
    const float rest = exp_rest(x, &n, &r);
    if (n == 0) {
        return rest == 0.0f ? x : rest + r;
    }
    const float power = wick_power_of_two_f32(n);
    return n > 24 ? (rest + r + 1.0f) * power : (rest + r) * power + (power - 1.0f);
}

// 2^x = 2^n * 2^f, |f| <= 1/2.
float wick_exp2_f32(float x)
{
    static const float c[] = {0x1.00f12ap-16f, 0x1.445e6cp-13f, 0x1.5d8724p-10f, 0x1.3b29f0p-7f,
                              0x1.c6b08ep-5f,  0x1.ebfbe0p-3f,  0x1.62e43p-1f};
    if (!(x < 128.0f)) {
        return x + wick_infinity_f32();
    }
    if (x < -151.0f) {
        return 0.0f;
    }
    const int32_t n = (int32_t)(x + (x < 0.0f ? -0.5f : 0.5f));
    const float f = x - (float)n;
    return wick_scale_f32(1.0f + f * WICK_POLYNOMIAL(c, f), n);
}

// x = 2^count * (1 + r), 1 + r in [sqrt(1/2), sqrt(2)); log(1 + r) = r - r^2/2 + tail.
typedef struct log_parts {
    float count;
    float r;
    float tail;
} log_parts;

// Whether x has no finite logarithm: 0, below 0, infinite, NaN.
static inline int is_log_special(uint32_t bits)
{
    return bits - 1u >= WICK_F32_INFINITY - 1u;
}

static float log_special(float x)
{
    const uint32_t bits = wick_bits_of_f32(x);
    if ((bits & 0x7fffffffu) == 0) {
        return -wick_infinity_f32();
    }
    return bits == WICK_F32_INFINITY || x != x ? x : wick_nan_f32();
}

static inline log_parts split_log(float x)
{
    uint32_t bits = wick_bits_of_f32(x);
    int32_t exponent = 0;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+23f);
        exponent = -23;
    }
    const uint32_t offset = bits - 0x3f3504f3u; // from sqrt(1/2)
    const int32_t shift = (int32_t)(offset & 0xff800000u) / 0x800000;
    exponent += shift;
    const float r = wick_f32_from_bits((offset & 0x7fffffu) + 0x3f3504f3u) - 1.0f;
    float p = 0x1.14573ep-4f;
    p = p * r + -0x1.de3bf8p-4f;
    p = p * r + 0x1.e6f08cp-4f;
    p = p * r + -0x1.fc220ep-4f;
    p = p * r + 0x1.233766p-3f;
    p = p * r + -0x1.555c4ep-3f;
    p = p * r + 0x1.99a4b6p-3f;
    p = p * r + -0x1.000006p-2f;
    p = p * r + 0x1.555548p-2f;
    return (log_parts){(float)exponent, r, p * (r * r * r)};
}

// log(x) = count * ln(2) + log(1 + r).
float wick_log_f32(float x)
{
    if (is_log_special(wick_bits_of_f32(x))) {
        return log_special(x);
    }
    const log_parts parts = split_log(x);
    const float square = parts.r * parts.r;
    const float tail = parts.tail + parts.count * -0x1.bd0106p-13f - 0.5f * square;
    return (tail + parts.r) + parts.count * 0x1.63p-1f;
}

// In another base: the factor of r is split, so that only its small part is rounded.
static inline float log_of_base(float x, float factor, float factor_rest, const float count[2])
{
    if (is_log_special(wick_bits_of_f32(x))) {
        return log_special(x);
    }
    const log_parts parts = split_log(x);
    const float rest = parts.tail - 0.5f * (parts.r * parts.r);
    const float high = wick_f32_from_bits(wick_bits_of_f32(parts.r) & 0xfffff000u);
    const float low = (parts.r - high) + rest;
    const float tail = (high + low) * factor_rest + low * factor + parts.count * count[1];
    return (tail + high * factor) + parts.count * count[0];
}

float wick_log2_f32(float x)
{
    static const float count[] = {1.0f, 0.0f};
    return log_of_base(x, 0x1.716p+0f, -0x1.7135a8p-13f, count);
}

float wick_log10_f32(float x)
{
    static const float count[] = {0x1.344p-2f, 0x1.3509f8p-18f};
    return log_of_base(x, 0x1.bccp-2f, -0x1.09d5b2p-15f, count);
}

// log(u) + rest / u, u = 1 + x rounded and rest what that lost.
float wick_log1p_f32(float x)
{
    const float u = 1.0f + x;
    if (is_log_special(wick_bits_of_f32(u))) {
        return log_special(u);
    }
    const float rest = u > 2.0f ? 1.0f - (u - x) : x - (u - 1.0f);
    return x == 0.0f ? x : wick_log_f32(u) + rest / u;
}

float wick_tanh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
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
        return wick_with_sign_f32(1.0f, x);
    }
    return wick_with_sign_f32(1.0f - 2.0f / (wick_exp_f32(2.0f * a) + 1.0f), x);
}

float wick_erf_f32(float x)
{
    const float a = wick_magnitude_f32(x);
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
        return wick_with_sign_f32(1.0f, x);
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
    return wick_with_sign_f32(1.0f - wick_exp_f32(q), x);
}

// Digit by digit on the significand, then rounded to nearest; a root is never halfway between two
// floats.
float wick_sqrt_f32(float x)
{
    uint32_t bits = wick_bits_of_f32(x);
    if ((bits & 0x7fffffffu) == 0 || bits == WICK_F32_INFINITY || x != x) {
        return x;
    }
    if (bits >> 31 != 0) {
        return wick_nan_f32();
    }
    int32_t exponent = -127;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+24f);
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
    return wick_f32_from_bits((root >> 1) + ((uint32_t)(exponent / 2 + 126) << 23));
}
