// SPDX-License-Identifier: BSD-3-Clause
// The error function's relatives and the normal distribution.
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

// exp(-x^2), the square in two parts.
static float exp_of_minus_square(float x)
{
    const float head = wick_f32_from_bits(wick_bits_of_f32(x) & 0xfffff000u);
    return wick_exp_f32(-head * head) * wick_exp_f32(-(x - head) * (x + head));
}

float wick_erfcx_f32(float x)
{
    static const float near[] = {0x1.1529a2p-11f, 0x1.2f929cp-10f, 0x1.df42aep-12f, -0x1.bda398p-9f,
                                 -0x1.33baacp-7f, -0x1.e0668ep-9f, 0x1.7d5bcap-5f,  0x1.aadce0p-4f,
                                 -0x1.137c7p-1f,  0x1.9b5f3ap-2f};
    static const float far[] = {-0x1.9305a4p-11f, 0x1.09664p-8f,  -0x1.a5008cp-7f, 0x1.0069f8p-5f,
                                -0x1.027d1cp-4f,  0x1.be5016p-4f, -0x1.506668p-3f, 0x1.bff01ap-3f,
                                -0x1.094922p-2f,  0x1.18932cp-3f};
    if (x < 0.45f) {
        return wick_exp_f32(x * x) * wick_erfc_f32(x);
    }
    if (x < 2.0f) {
        return WICK_POLYNOMIAL(near, (x - 1.1f) / (x + 1.1f));
    }
    if (x < 10.3f) {
        return WICK_POLYNOMIAL(far, (x - 4.0f) / (x + 4.0f));
    }
    const float z = 1.0f / x; // NaN too; 1 / (sqrt(pi) x) (1 - 1 / (2 x^2) + 3 / (4 x^4))
    return 0x1.20dd76p-1f * z * (1.0f - 0.5f * z * z * (1.0f - 1.5f * z * z));
}

float wick_erfc_f32(float x)
{
    if (x < 0.5f) {
        return 1.0f - wick_erf_f32(x);
    }
    if (!(x < 10.3f)) {
        return x != x ? x : 0.0f;
    }
    return exp_of_minus_square(x) * wick_erfcx_f32(x);
}

// x * P(w), w = -log(1 - x^2).
float wick_erfinv_f32(float x)
{
    static const float near[] = {
        -0x1.2e1290p-27f, 0x1.8f1f8cp-26f,  0x1.f48d82p-22f, -0x1.d0c15ep-19f, -0x1.4d160ep-18f,
        0x1.c9e6c4p-13f,  -0x1.486616p-10f, -0x1.11c4ecp-8f, 0x1.f91e8ap-3f,   0x1.805c5ep+0f};
    static const float far[] = {-0x1.2541fap-13f, 0x1.1c0266p-14f, 0x1.4b6e72p-10f,
                                -0x1.dd40bep-9f,  0x1.7ab81ap-8f,  -0x1.f41282p-8f,
                                0x1.3518e4p-7f,   0x1.006dbep+0f,  0x1.6a9efep+1f};
    const float a = wick_magnitude_f32(x);
    if (!(a < 1.0f)) {
        return a == 1.0f ? wick_with_sign_f32(wick_infinity_f32(), x) : wick_nan_f32();
    }
    const float w = a < 0.5f ? -wick_log1p_f32(-x * x) : -wick_log_f32((1.0f - a) * (1.0f + a));
    if (w < 5.0f) {
        return x * WICK_POLYNOMIAL(near, w - 2.5f);
    }
    return x * WICK_POLYNOMIAL(far, wick_sqrt_f32(w) - 3.0f);
}

float wick_ndtr_f32(float x)
{
    return 0.5f * wick_erfc_f32(-x * 0x1.6a09e6p-1f);
}

float wick_log_ndtr_f32(float x)
{
    const float t = x * 0x1.6a09e6p-1f;
    if (x < -1.0f) {
        return x == -wick_infinity_f32() ? x : wick_log_f32(0.5f * wick_erfcx_f32(-t)) - t * t;
    }
    return wick_log1p_f32(-0.5f * wick_erfc_f32(t));
}

// Quantile of the lower tail, y = sqrt(-2 log p).
static float lower_tail(float p)
{
    static const float near[] = {-0x1.02a8eep+1f, 0x1.8a0250p+2f, -0x1.04267ap+3f, 0x1.83463p+2f,
                                 -0x1.5def98p+1f, 0x1.59787p-1f,  0x1.474dd2p-2f,  0x1.d3326cp-1f};
    static const float far[] = {0x1.5a9014p+6f, -0x1.895d62p+6f, 0x1.834c14p+5f, -0x1.b20a84p+3f,
                                0x1.23c424p+1f, 0x1.810494p-3f,  0x1.d59994p-1f};
    const float y = wick_sqrt_f32(-2.0f * wick_log_f32(p));
    const float z = 1.0f / y;
    const float rest = y < 4.5f ? WICK_POLYNOMIAL(near, z) : WICK_POLYNOMIAL(far, z);
    return z * (wick_log_f32(y) + rest) - y;
}

float wick_ndtri_f32(float p)
{
    if (!(p > 0.0f && p < 1.0f)) {
        return p == 0.0f ? -wick_infinity_f32() : p == 1.0f ? wick_infinity_f32() : wick_nan_f32();
    }
    if (p < 0.125f) {
        return lower_tail(p);
    }
    if (p > 0.875f) {
        return -lower_tail(1.0f - p);
    }
    return 0x1.6a09e6p+0f * wick_erfinv_f32(2.0f * p - 1.0f);
}
