// SPDX-License-Identifier: BSD-3-Clause
// Modified Bessel functions of the first kind, of orders 0 and 1, plain and divided by exp(|x|).
// The plain ones of an infinity are NaN (0 * infinity), as in eager PyTorch.
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

static float near_i0(float a)
{
    static const float c[] = {0x1.9fd6dp-15f, 0x1.497762p-11f, 0x1.036b08p-7f,
                              0x1.233caap-4f, 0x1.c71d1ep-2f,  0x1.c71c6ap+0f,
                              0x1.0p+2f,      0x1.0p+2f,       0x1.0p+0f};
    return WICK_POLYNOMIAL(c, a * a * 0.0625f);
}

static float far_i0(float a)
{
    static const float c[] = {0x1.32083cp-9f, -0x1.26ccc6p-7f,  0x1.a2f90cp-7f, -0x1.1181aap-7f,
                              0x1.697ce6p-9f, -0x1.09b798p-13f, 0x1.bba45p-12f, 0x1.ce411p-10f,
                              0x1.987f4p-7f,  0x1.988454p-2f};
    return WICK_POLYNOMIAL(c, 4.0f / a) / wick_sqrt_f32(a);
}

static float near_i1(float a)
{
    static const float c[] = {0x1.6bbdc2p-19f, 0x1.4ae9eep-15f, 0x1.285556p-11f,
                              0x1.8454bcp-8f,  0x1.6c1712p-5f,  0x1.c71c6ep-3f,
                              0x1.555556p-1f,  0x1.0p+0f,       0x1.0p-1f};
    return WICK_POLYNOMIAL(c, a * a * 0.0625f) * a;
}

static float far_i1(float a)
{
    static const float c[] = {-0x1.5b438ap-9f, 0x1.54c14ap-7f,  -0x1.f1ddep-7f,   0x1.54b268p-7f,
                              -0x1.ed58ap-9f,  0x1.69ea9ep-12f, -0x1.525206p-11f, -0x1.7ff62ep-9f,
                              -0x1.32621ap-5f, 0x1.988452p-2f};
    return WICK_POLYNOMIAL(c, 4.0f / a) / wick_sqrt_f32(a);
}

// value * exp(a), in two steps: exp(a) alone may overflow.
static float grown(float value, float a)
{
    const float root = wick_exp_f32(0.5f * a);
    return value * root * root;
}

float wick_i0_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return a <= 4.0f ? near_i0(a) : grown(far_i0(a), a);
}

float wick_i0e_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return a <= 4.0f ? near_i0(a) * wick_exp_f32(-a) : far_i0(a);
}

static float signed_as(float value, float x)
{
    return x < 0.0f ? -value : value;
}

float wick_i1_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return signed_as(a <= 4.0f ? near_i1(a) : grown(far_i1(a), a), x);
}

float wick_i1e_f32(float x)
{
    const float a = wick_magnitude_f32(x);
    return signed_as(a <= 4.0f ? near_i1(a) * wick_exp_f32(-a) : far_i1(a), x);
}
