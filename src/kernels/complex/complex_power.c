// SPDX-License-Identifier: BSD-3-Clause
// Exponentials, logarithms and roots of complex numbers, by those of real ones.
#include "kernels/complex/complex.h"

#include "kernels/math/math.h"

static const wick_complex nothing = {0, 0};

static float magnitude(float x)
{
    return x < 0 ? -x : x;
}

static wick_complex scaled(wick_complex a, float factor)
{
    return (wick_complex){a.re * factor, a.im * factor};
}

wick_complex wick_complex_exp(wick_complex a, wick_complex b)
{
    (void)b;
    const float length = wick_exp_f32(a.re);
    if (a.im == 0) {
        return (wick_complex){length, a.im};
    }
    if (length == 0) { // whatever the angle is, NaN too
        return nothing;
    }
    return (wick_complex){length * wick_cos_f32(a.im), length * wick_sin_f32(a.im)};
}

// exp(x) cos y - 1 = (exp(x) - 1) cos y - 2 sin(y / 2)^2, without the difference of near numbers.
wick_complex wick_complex_expm1(wick_complex a, wick_complex b)
{
    (void)b;
    const float half = wick_sin_f32(a.im / 2);
    return (wick_complex){wick_expm1_f32(a.re) * wick_cos_f32(a.im) - 2 * half * half,
                          wick_exp_f32(a.re) * wick_sin_f32(a.im)};
}

// log |a|. Near 1, log1p(|a|^2 - 1) / 2, which loses nothing.
static float log_length(wick_complex a)
{
    const float x = magnitude(a.re);
    const float y = magnitude(a.im);
    const float large = x > y ? x : y;
    const float small = x > y ? y : x;
    if (large > 0.5f && large < 2) {
        return wick_log1p_f32((large - 1) * (large + 1) + small * small) / 2;
    }
    return wick_log_f32(wick_complex_abs(a, nothing).re);
}

wick_complex wick_complex_log(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){log_length(a), wick_atan2_f32(a.im, a.re)};
}

wick_complex wick_complex_log2(wick_complex a, wick_complex b)
{
    return scaled(wick_complex_log(a, b), 1.44269504f);
}

wick_complex wick_complex_log10(wick_complex a, wick_complex b)
{
    return scaled(wick_complex_log(a, b), 0.434294482f);
}

// |1 + a|^2 - 1 = x (2 + x) + y^2.
wick_complex wick_complex_log1p(wick_complex a, wick_complex b)
{
    const wick_complex sum = {1 + a.re, a.im};
    if (magnitude(a.re) < 0.5f && magnitude(a.im) < 0.5f) {
        return (wick_complex){wick_log1p_f32(a.re * (2 + a.re) + a.im * a.im) / 2,
                              wick_atan2_f32(sum.im, sum.re)};
    }
    return wick_complex_log(sum, b);
}

wick_complex wick_complex_sqrt(wick_complex a, wick_complex b)
{
    const float length = wick_complex_abs(a, b).re;
    if (length == 0) {
        return (wick_complex){0, a.im};
    }
    if (magnitude(a.im) == __builtin_inff()) {
        return (wick_complex){__builtin_inff(), a.im};
    }
    const float large = wick_sqrt_f32(0.5f * magnitude(a.re) + 0.5f * length);
    const float small = a.im / (2 * large);
    if (a.re < 0) {
        return (wick_complex){magnitude(small), __builtin_copysignf(large, a.im)};
    }
    return (wick_complex){large, small};
}

wick_complex wick_complex_rsqrt(wick_complex a, wick_complex b)
{
    return wick_complex_div((wick_complex){1, 0}, wick_complex_sqrt(a, b));
}

wick_complex wick_complex_sigmoid(wick_complex a, wick_complex b)
{
    const wick_complex e = wick_complex_exp((wick_complex){-a.re, -a.im}, b);
    return wick_complex_div((wick_complex){1, 0}, (wick_complex){1 + e.re, e.im});
}

// A power of 0 as exp(b log 0) has it: 0, infinite or nothing, by the real part of the exponent.
static wick_complex power_of_zero(wick_complex b)
{
    if (b.re > 0) {
        return nothing;
    }
    return (wick_complex){b.re < 0 ? __builtin_inff() : __builtin_nanf(""), __builtin_nanf("")};
}

wick_complex wick_complex_pow(wick_complex a, wick_complex b)
{
    if (a.re == 0 && a.im == 0) {
        return power_of_zero(b);
    }
    return wick_complex_exp(wick_complex_mul(b, wick_complex_log(a, nothing)), nothing);
}
