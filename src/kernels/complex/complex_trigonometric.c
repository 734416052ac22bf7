// SPDX-License-Identifier: BSD-3-Clause
// Circular and hyperbolic functions of complex numbers and their inverses, which have the branch
// cuts of C11. The inverses are W. Kahan's ("Branch Cuts for Complex Elementary Functions", 1987):
// roots of 1 - z and 1 + z keep what their product would lose.
#include "kernels/complex/complex.h"

#include "kernels/math/math.h"

static const wick_complex nothing = {0, 0};

// i a and -i a: the circular functions are the hyperbolic ones of these.
static wick_complex turned(wick_complex a)
{
    return (wick_complex){-a.im, a.re};
}

static wick_complex turned_back(wick_complex a)
{
    return (wick_complex){a.im, -a.re};
}

wick_complex wick_complex_sinh(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){wick_sinh_f32(a.re) * wick_cos_f32(a.im),
                          wick_cosh_f32(a.re) * wick_sin_f32(a.im)};
}

wick_complex wick_complex_cosh(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){wick_cosh_f32(a.re) * wick_cos_f32(a.im),
                          wick_sinh_f32(a.re) * wick_sin_f32(a.im)};
}

// Far from 0 the real part is 1 to the last bit, and what is left is 4 sin y cos y exp(-2 |x|).
wick_complex wick_complex_tanh(wick_complex a, wick_complex b)
{
    (void)b;
    const float sine = wick_sin_f32(a.im);
    const float cosine = wick_cos_f32(a.im);
    if (a.re > 11 || a.re < -11) {
        const float rest = wick_exp_f32(a.re > 0 ? -2 * a.re : 2 * a.re);
        return (wick_complex){a.re > 0 ? 1 : -1, 4 * sine * cosine * rest};
    }
    const float s = wick_sinh_f32(a.re);
    const float below = cosine * cosine + s * s;
    return (wick_complex){s * wick_cosh_f32(a.re) / below, sine * cosine / below};
}

wick_complex wick_complex_sin(wick_complex a, wick_complex b)
{
    return turned_back(wick_complex_sinh(turned(a), b));
}

wick_complex wick_complex_cos(wick_complex a, wick_complex b)
{
    return wick_complex_cosh(turned(a), b);
}

wick_complex wick_complex_tan(wick_complex a, wick_complex b)
{
    return turned_back(wick_complex_tanh(turned(a), b));
}

// Roots of 1 - a and 1 + a; the sign of a zero part of a stays.
static wick_complex root_below(wick_complex a)
{
    return wick_complex_sqrt((wick_complex){1 - a.re, -a.im}, nothing);
}

static wick_complex root_above(wick_complex a)
{
    return wick_complex_sqrt((wick_complex){1 + a.re, a.im}, nothing);
}

wick_complex wick_complex_asin(wick_complex a, wick_complex b)
{
    (void)b;
    const wick_complex p = root_below(a);
    const wick_complex q = root_above(a);
    return (wick_complex){wick_atan2_f32(a.re, p.re * q.re - p.im * q.im),
                          wick_asinh_f32(p.re * q.im - p.im * q.re)};
}

wick_complex wick_complex_acos(wick_complex a, wick_complex b)
{
    (void)b;
    const wick_complex p = root_below(a);
    const wick_complex q = root_above(a);
    return (wick_complex){2 * wick_atan2_f32(p.re, q.re),
                          wick_asinh_f32(q.re * p.im - q.im * p.re)};
}

wick_complex wick_complex_acosh(wick_complex a, wick_complex b)
{
    (void)b;
    const wick_complex p = wick_complex_sqrt((wick_complex){a.re - 1, a.im}, nothing);
    const wick_complex q = root_above(a);
    return (wick_complex){wick_asinh_f32(p.re * q.re + p.im * q.im),
                          2 * wick_atan2_f32(p.im, q.re)};
}

wick_complex wick_complex_atanh(wick_complex a, wick_complex b)
{
    (void)b;
    const float x = a.re < 0 ? -a.re : a.re;
    const float real = wick_log1p_f32(4 * x / ((1 - x) * (1 - x) + a.im * a.im)) / 4;
    return (wick_complex){__builtin_copysignf(real, a.re),
                          wick_atan2_f32(2 * a.im, (1 - x) * (1 + x) - a.im * a.im) / 2};
}

wick_complex wick_complex_asinh(wick_complex a, wick_complex b)
{
    return turned_back(wick_complex_asin(turned(a), b));
}

wick_complex wick_complex_atan(wick_complex a, wick_complex b)
{
    return turned_back(wick_complex_atanh(turned(a), b));
}
