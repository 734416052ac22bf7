// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

float wick_sinh_f32(float x)
{
    static const float c[] = {0x1.7a267ep-19f, 0x1.9ffe12p-13f, 0x1.111136p-7f, 0x1.555556p-3f};
    const float a = wick_magnitude_f32(x);
    if (a < 1.0f) {
        const float z = x * x;
        return x + x * (z * WICK_POLYNOMIAL(c, z));
    }
    if (a < 88.0f) {
        const float e = wick_exp_f32(a);
        return wick_with_sign_f32(0.5f * (e - 1.0f / e), x);
    }
    const float root = wick_exp_f32(0.5f * a);
    return x != x ? x : wick_with_sign_f32(0.5f * root * root, x);
}

float wick_cosh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 88.0f) {
        const float e = wick_exp_f32(a);
        return 0.5f * (e + 1.0f / e);
    }
    const float root = wick_exp_f32(0.5f * a);
    return 0.5f * root * root;
}

float wick_asinh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (a < 0x1p-12f || x != x) {
        return x;
    }
    float value;
    if (a < 0x1p+12f) {
        const float square = a * a;
        value = wick_log1p_f32(a + square / (1.0f + wick_sqrt_f32(1.0f + square)));
    } else {
        value = wick_log_f32(a) + 0x1.62e43p-1f;
    }
    return wick_with_sign_f32(value, x);
}

float wick_acosh_f32(float x)
{
    if (!(x >= 1.0f)) {
        return wick_nan_f32();
    }
    const float above = x - 1.0f;
    if (x < 0x1p+12f) {
        return wick_log1p_f32(above + wick_sqrt_f32(2.0f * above + above * above));
    }
    return wick_log_f32(x) + 0x1.62e43p-1f;
}

float wick_atanh_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    if (!(a <= 1.0f)) {
        return wick_nan_f32();
    }
    if (a < 0x1p-12f) {
        return x;
    }
    const float twice = a + a;
    const float inner = a < 0.5f ? twice + twice * a / (1.0f - a) : twice / (1.0f - a);
    return wick_with_sign_f32(0.5f * wick_log1p_f32(inner), x);
}
