// SPDX-License-Identifier: BSD-3-Clause
// The gamma function's logarithm and derivatives, and the zeta function of Hurwitz.
#include "kernels/math/bits.h"
#include "kernels/math/math.h"
#include "kernels/math/rounding.h"

#include <stdbool.h>

// log_gamma(x) / ((x - 1) (x - 2)) on [1, 2], of x - 3/2.
static float log_gamma_quotient(float x)
{
    static const float c[] = {-0x1.90248p-10f, 0x1.40e914p-9f, -0x1.986828p-9f, 0x1.5cfdep-8f,
                              -0x1.353706p-7f, 0x1.1362ccp-6f, -0x1.00799ep-5f, 0x1.01af04p-4f,
                              -0x1.2aed06p-3f, 0x1.eeb95cp-2f};
    return WICK_POLYNOMIAL(c, x);
}

// Above 0.
static float log_gamma_positive(float x)
{
    if (x < 1.0f) { // from x + 1
        return x * (x - 1.0f) * log_gamma_quotient(x - 0.5f) - wick_log_f32(x);
    }
    if (x < 8.0f) {
        float product = 1.0f;
        for (; x > 2.0f; product *= x) {
            x -= 1.0f;
        }
        return (x - 1.0f) * (x - 2.0f) * log_gamma_quotient(x - 1.5f) + wick_log_f32(product);
    }
    const float z = 1.0f / x; // Stirling
    const float rest = z * (0x1.555556p-4f + z * z * (-0x1.6c16c2p-9f + z * z * 0x1.a01a02p-11f));
    return (x - 0.5f) * (wick_log_f32(x) - 1.0f) + (0x1.acfe39p-2f + rest); // (log(2 pi) - 1) / 2
}

float wick_lgamma_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a == wick_infinity_f32()) {
        return a;
    }
    if (x > 0.0f || x != x) {
        return x != x ? x : log_gamma_positive(x);
    }
    const float sine = wick_magnitude_f32(wick_sin_pi_f32(x));
    if (sine == 0.0f) { // 0 and the negative whole numbers
        return wick_infinity_f32();
    }
    if (a < 0x1p-20f) {
        return -wick_log_f32(a);
    }
    return wick_log_f32(0x1.921fb6p+1f / (sine * a)) - log_gamma_positive(a);
}

float wick_digamma_f32(float x)
{
    if (x == 0.0f) {
        return wick_with_sign_f32(wick_infinity_f32(), -x);
    }
    float sum = 0.0f;
    if (x < 0.0f) {
        const float sine = wick_sin_pi_f32(x);
        if (sine == 0.0f || x != x) {
            return wick_nan_f32();
        }
        // psi(x) = psi(1 - x) - pi / tan(pi x)
        sum = -0x1.921fb6p+1f * wick_sin_pi_f32(x - wick_trunc_f32(x) + 0.5f) /
              wick_sin_pi_f32(x - wick_trunc_f32(x));
        x = 1.0f - x;
    }
    for (; x < 10.0f; x += 1.0f) {
        sum -= 1.0f / x;
    }
    if (x == wick_infinity_f32()) {
        return sum + x;
    }
    const float z = 1.0f / (x * x); // B(2k) / (2k x^(2k))
    const float rest =
        z * (0x1.555556p-4f - z * (0x1.111112p-7f - z * (0x1.041042p-8f - z * 0x1.111112p-8f)));
    return sum + (wick_log_f32(x) - 0.5f / x - rest);
}

// Of at^-x and (at - 1)^-x, infinities of both signs, that of the number nearer to 0, unless the
// other is beyond float64 as well.
static float larger_of_infinities(float x, float at, float before, float term)
{
    const float other = at < 0.5f ? 1.0f - at : at;
    const bool fits = wick_pow_f32(other, -0.125f * x) < wick_infinity_f32();
    return !fits ? wick_nan_f32() : at < 0.5f ? term : before;
}

// Sum of (q + k)^-x over k >= 0: ten terms, then Euler and Maclaurin.
float wick_zeta_f32(float x, float q)
{
    // (2k)! / B(2k)
    static const float divisors[] = {12.0f,         -720.0f,     30240.0f,
                                     -1209600.0f,   47900160.0f, -1.8924375803183791606e9f,
                                     7.47242496e10f};
    if (x == 1.0f) {
        return wick_infinity_f32();
    }
    if (x < 1.0f) {
        return wick_nan_f32();
    }
    if (q <= 0.0f) {
        if (q == wick_floor_f32(q)) {
            return wick_infinity_f32();
        }
        if (x != wick_floor_f32(x)) {
            return wick_nan_f32();
        }
    }
    float at = q;
    float term = wick_pow_f32(q, -x);
    float sum = term;
    for (uint32_t i = 0; i < 9 || at <= 9.0f; i++) {
        at += 1.0f;
        const float before = term;
        term = wick_pow_f32(at, -x);
        sum += term;
        if (sum != sum && before == -term && term != 0.0f) {
            sum = larger_of_infinities(x, at, before, term);
        }
        if (wick_magnitude_f32(term) < 0x1p-24f * wick_magnitude_f32(sum)) {
            return sum;
        }
    }
    if (term == 0.0f) { // eager's corrections, of x^23, overflow in float64
        return x < 0x1p44f && at < wick_infinity_f32() ? sum : wick_nan_f32();
    }
    sum += term * at / (x - 1.0f) - 0.5f * term;
    float factor = 1.0f;
    for (uint32_t i = 0; i < sizeof divisors / sizeof divisors[0]; i++) {
        const float step = 2.0f * (float)i;
        factor *= x + step;
        term /= at;
        const float correction = factor * term / divisors[i];
        sum += correction;
        if (wick_magnitude_f32(correction) < 0x1p-24f * wick_magnitude_f32(sum)) {
            return sum;
        }
        factor *= x + step + 1.0f;
        term /= at;
    }
    return sum;
}
