// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/complex/complex.h"

static wick_complex truth(bool is_true)
{
    return (wick_complex){is_true ? 1 : 0, 0};
}

static bool is_true(wick_complex a)
{
    return a.re != 0 || a.im != 0;
}

static bool is_infinite(float x)
{
    return x == __builtin_inff() || x == -__builtin_inff();
}

wick_complex wick_complex_eq(wick_complex a, wick_complex b)
{
    return truth(a.re == b.re && a.im == b.im);
}

wick_complex wick_complex_ne(wick_complex a, wick_complex b)
{
    return truth(a.re != b.re || a.im != b.im);
}

wick_complex wick_complex_logical_and(wick_complex a, wick_complex b)
{
    return truth(is_true(a) && is_true(b));
}

wick_complex wick_complex_logical_or(wick_complex a, wick_complex b)
{
    return truth(is_true(a) || is_true(b));
}

wick_complex wick_complex_logical_xor(wick_complex a, wick_complex b)
{
    return truth(is_true(a) != is_true(b));
}

wick_complex wick_complex_logical_not(wick_complex a, wick_complex b)
{
    (void)b;
    return truth(!is_true(a));
}

wick_complex wick_complex_is_true(wick_complex a, wick_complex b)
{
    (void)b;
    return truth(is_true(a));
}

wick_complex wick_complex_isnan(wick_complex a, wick_complex b)
{
    (void)b;
    return truth(a.re != a.re || a.im != a.im);
}

wick_complex wick_complex_isinf(wick_complex a, wick_complex b)
{
    (void)b;
    return truth(is_infinite(a.re) || is_infinite(a.im));
}

wick_complex wick_complex_isfinite(wick_complex a, wick_complex b)
{
    (void)b;
    return truth(a.re - a.re == 0 && a.im - a.im == 0);
}
