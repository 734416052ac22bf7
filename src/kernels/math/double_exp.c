// SPDX-License-Identifier: BSD-3-Clause
// Reduced as their float32 twins are, then summed as power series.
#include "kernels/math/double.h"

#include <stdbool.h>

#define LN2_HIGH 0x1.62e42fefp-1 // 33 bits: times any exponent it is exact
#define LN2_LOW  0x1.473de6af278edp-34

// exp(r) - 1, |r| <= ln(2)/2
static double expm1_near(double r)
{
    double sum = 1.0;
    for (int n = 16; n > 1; n--) {
        sum = 1.0 + r * sum / n;
    }
    return r * sum;
}

static double reduce(double x, int32_t *n)
{
    *n = (int32_t)(x * 1.4426950408889634 + (x < 0.0 ? -0.5 : 0.5));
    return (x - *n * LN2_HIGH) - *n * LN2_LOW;
}

double wick_exp_f64(double x)
{
    int32_t n;
    if (!(x <= 709.79)) {
        return x + wick_infinity_f64();
    }
    if (x < -746.0) {
        return 0.0;
    }
    const double r = reduce(x, &n);
    return wick_scale_f64(1.0 + expm1_near(r), n);
}

double wick_expm1_f64(double x)
{
    int32_t n;
    if (!(x <= 700.0)) {
        return wick_exp_f64(x) - 1.0;
    }
    if (x < -40.0) {
        return -1.0;
    }
    const double r = reduce(x, &n);
    const double near = expm1_near(r);
    if (n == 0) {
        return x == 0.0 ? x : near;
    }
    const double power = wick_scale_f64(1.0, n);
    return n > 53 ? (near + 1.0) * power : near * power + (power - 1.0);
}

double wick_exp2_f64(double x)
{
    if (!(x < 1024.0)) {
        return x + wick_infinity_f64();
    }
    if (x < -1080.0) {
        return 0.0;
    }
    const double n = wick_rint_f64(x);
    return wick_scale_f64(1.0 + expm1_near((x - n) * 0.6931471805599453), (int32_t)n);
}

// x = 2^exponent * m, m in [sqrt(1/2), sqrt(2)); gives log(m).
static double log_of_significand(double x, int32_t *exponent)
{
    uint64_t bits = wick_bits_of_f64(x);
    *exponent = 0;
    if (bits < (uint64_t)1 << 52) {
        bits = wick_bits_of_f64(x * 0x1p+54);
        *exponent = -54;
    }
    const uint64_t root = 0x3fe6a09e667f3bcdu; // sqrt(1/2)
    const int64_t offset = (int64_t)(bits - root);
    const int32_t shift = (int32_t)(offset < 0 ? ~(~offset >> 52) : offset >> 52);
    *exponent += shift;
    const double f = wick_f64_from_bits(bits - ((uint64_t)(int64_t)shift << 52)) - 1.0;
    const double s = f / (2.0 + f); // log(1 + f) = 2 atanh(s)
    const double z = s * s;
    double sum = 0.0;
    for (int n = 23; n > 1; n -= 2) {
        sum = (sum + 1.0 / n) * z;
    }
    // f - s (f - 2 sum): what f has exactly is not rounded.
    return f - s * (f - 2.0 * sum);
}

// Whether x has no finite logarithm; then *out is what it has.
static bool is_special(double x, double *out)
{
    *out = x == 0.0 ? -wick_infinity_f64() : x < 0.0 ? wick_nan_f64() : x;
    return !(x > 0.0) || x == wick_infinity_f64();
}

double wick_log_f64(double x)
{
    double out;
    int32_t exponent;
    if (is_special(x, &out)) {
        return out;
    }
    out = log_of_significand(x, &exponent);
    return exponent * LN2_HIGH + (out + exponent * LN2_LOW);
}

double wick_log2_f64(double x)
{
    double out;
    int32_t exponent;
    if (is_special(x, &out)) {
        return out;
    }
    out = log_of_significand(x, &exponent);
    return exponent + out * 1.4426950408889634;
}

double wick_log10_f64(double x)
{
    return wick_log_f64(x) * 0.4342944819032518;
}

double wick_log1p_f64(double x)
{
    double out;
    const double u = 1.0 + x;
    if (is_special(u, &out)) {
        return out;
    }
    const double rest = u > 2.0 ? 1.0 - (u - x) : x - (u - 1.0);
    return x == 0.0 ? x : wick_log_f64(u) + rest / u;
}

static bool is_whole(double y)
{
    return wick_rint_f64(y) == y;
}

static bool is_odd(double y)
{
    return wick_magnitude_f64(y) < 0x1p+53 && is_whole(y) && !is_whole(0.5 * y);
}

// Squares for whole powers, which keep their precision; else exp(y log(x)).
static double power_of_positive(double x, double y)
{
    const double magnitude = wick_magnitude_f64(y);
    if (!is_whole(y) || magnitude > 64.0) {
        // log(x) in two parts, so that y's factor costs no digits.
        int32_t exponent;
        const double near = log_of_significand(x, &exponent);
        const double whole = y * exponent; // of ln(2)
        const double n = magnitude < 0x1p+30 ? wick_rint_f64(whole) : whole;
        return wick_exp_f64(y * near + (whole - n) * 0.6931471805599453 + n * LN2_HIGH +
                            n * LN2_LOW);
    }
    double result = 1.0;
    for (uint32_t left = (uint32_t)magnitude; left != 0; left >>= 1, x *= x) {
        result *= (left & 1u) != 0 ? x : 1.0;
    }
    return y < 0.0 ? 1.0 / result : result;
}

double wick_pow_f64(double x, double y)
{
    const double base = wick_magnitude_f64(x);
    const bool is_negative = wick_has_sign_f64(x) != 0;
    const bool is_finite = base < wick_infinity_f64() && base > 0.0;
    if (x == 1.0 || y == 0.0) {
        return 1.0;
    }
    if (x != x || y != y) {
        return x + y;
    }
    if (is_negative && is_finite && !is_whole(y)) {
        return wick_nan_f64();
    }
    double value = 1.0;
    if (is_finite && wick_magnitude_f64(y) < wick_infinity_f64()) {
        value = power_of_positive(base, y);
    } else if (base != 1.0) {
        value = (base > 1.0) == (y > 0.0) ? wick_infinity_f64() : 0.0;
    }
    return is_negative && is_odd(y) ? -value : value;
}

double wick_sinh_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (a > 700.0) {
        const double root = wick_exp_f64(0.5 * a);
        return wick_with_sign_f64(0.5 * root * root, x);
    }
    const double e = wick_expm1_f64(a);
    return x != x ? x : wick_with_sign_f64(0.5 * (e + e / (e + 1.0)), x);
}

double wick_cosh_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    const double root = wick_exp_f64(0.5 * a);
    return a > 700.0 ? 0.5 * root * root : 0.5 * (wick_exp_f64(a) + 1.0 / wick_exp_f64(a));
}

double wick_tanh_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    const double e = wick_expm1_f64(2.0 * (a < 30.0 ? a : 30.0));
    return x != x ? x : wick_with_sign_f64(e / (e + 2.0), x);
}

double wick_asinh_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (x != x || a < 0x1p-28) {
        return x;
    }
    const double square = a * a;
    const double value = a < 0x1p+28
                             ? wick_log1p_f64(a + square / (1.0 + wick_sqrt_f64(1.0 + square)))
                             : wick_log_f64(a) + 0.6931471805599453;
    return wick_with_sign_f64(value, x);
}

double wick_acosh_f64(double x)
{
    if (!(x >= 1.0)) {
        return wick_nan_f64();
    }
    const double above = x - 1.0;
    return x < 0x1p+28 ? wick_log1p_f64(above + wick_sqrt_f64(2.0 * above + above * above))
                       : wick_log_f64(x) + 0.6931471805599453;
}

double wick_atanh_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (!(a <= 1.0)) {
        return wick_nan_f64();
    }
    const double twice = a + a;
    const double inner = a < 0.5 ? twice + twice * a / (1.0 - a) : twice / (1.0 - a);
    return wick_with_sign_f64(0.5 * wick_log1p_f64(inner), x);
}
