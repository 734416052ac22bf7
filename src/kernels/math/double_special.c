// SPDX-License-Identifier: BSD-3-Clause
// Series where they converge, continued fractions and asymptotic sums beyond, Newton for inverses.
#include "kernels/math/double.h"

#include <stdbool.h>

#define PI           3.141592653589793
#define ROOT_PI      1.772453850905516
#define ROOT_2       1.4142135623730951
#define HALF_LOG_2PI 0.9189385332046727

// x exp(-x^2) 2/sqrt(pi) sum of (2 x^2)^n / (1 3 5 .. (2n + 1)): no term is negative. |x| <= 2
static double erf_near(double x)
{
    const double z = 2.0 * x * x;
    double sum = 1.0;
    for (int n = 60; n > 0; n--) {
        sum = 1.0 + sum * z / (2 * n + 1);
    }
    return x * sum * wick_exp_f64(-x * x) * (2.0 / ROOT_PI);
}

// 1 / (x + (1/2) / (x + (2/2) / (x + ..))). x >= 2
static double erfcx_far(double x)
{
    double tail = x;
    for (int n = 160; n > 0; n--) {
        tail = x + 0.5 * n / tail;
    }
    return 1.0 / (tail * ROOT_PI);
}

double wick_erf_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (a > 2.0) {
        return wick_with_sign_f64(1.0 - wick_erfc_f64(a), x);
    }
    return erf_near(x);
}

double wick_erfc_f64(double x)
{
    if (!(x >= 2.0)) {
        return 1.0 - wick_erf_f64(x);
    }
    return x > 27.3 ? 0.0 : wick_exp_f64(-x * x) * erfcx_far(x);
}

double wick_erfcx_f64(double x)
{
    if (x >= 2.0) {
        return x == wick_infinity_f64() ? 0.0 : erfcx_far(x);
    }
    return wick_exp_f64(x * x) * wick_erfc_f64(x);
}

// x >= 0 with erfc(x) = c, 0 < c <= 1/2: Newton on the logarithms.
static double erfc_inverse(double c)
{
    const double target = wick_log_f64(c);
    double x = wick_sqrt_f64(-target);
    for (int i = 0; i < 8; i++) {
        const double scaled = wick_erfcx_f64(x);
        x += (wick_log_f64(scaled) - x * x - target) * scaled * (0.5 * ROOT_PI);
    }
    return x;
}

double wick_erfinv_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (!(a < 1.0)) {
        return a == 1.0 ? wick_with_sign_f64(wick_infinity_f64(), x) : wick_nan_f64();
    }
    if (a > 0.5) {
        return wick_with_sign_f64(erfc_inverse(1.0 - a), x);
    }
    double root = x * (0.5 * ROOT_PI);
    for (int i = 0; i < 6; i++) {
        root -= (erf_near(root) - x) * wick_exp_f64(root * root) * (0.5 * ROOT_PI);
    }
    return root;
}

double wick_log_ndtr_f64(double x)
{
    const double t = x / ROOT_2;
    if (x < -1.0) {
        return x == -wick_infinity_f64() ? x : wick_log_f64(0.5 * wick_erfcx_f64(-t)) - t * t;
    }
    return wick_log1p_f64(-0.5 * wick_erfc_f64(t));
}

double wick_ndtri_f64(double p)
{
    if (!(p > 0.0 && p < 1.0)) {
        return p == 0.0 ? -wick_infinity_f64() : p == 1.0 ? wick_infinity_f64() : wick_nan_f64();
    }
    if (p < 0.25) {
        return -ROOT_2 * erfc_inverse(2.0 * p);
    }
    return p > 0.75 ? ROOT_2 * erfc_inverse(2.0 * (1.0 - p))
                    : ROOT_2 * wick_erfinv_f64(2.0 * p - 1.0);
}

// Stirling from 15 on; from below, the factors up to there go off. Above 0.
static double log_gamma_positive(double x)
{
    double product = 1.0;
    for (; x < 15.0; x += 1.0) {
        product *= x;
    }
    const double z = 1.0 / (x * x);
    const double rest =
        (1.0 / 12 - z * (1.0 / 360 - z * (1.0 / 1260 - z * (1.0 / 1680 - z / 1188)))) / x;
    const double log_product = product == 1.0 ? 0.0 : wick_log_f64(product);
    return (x - 0.5) * (wick_log_f64(x) - 1.0) + (HALF_LOG_2PI - 0.5 + rest) - log_product;
}

double wick_lgamma_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (a == wick_infinity_f64()) {
        return a;
    }
    if (x > 0.0 || x != x) {
        return x != x ? x : log_gamma_positive(x);
    }
    const double sine = wick_magnitude_f64(wick_sin_pi_f64(x));
    if (sine == 0.0) {
        return wick_infinity_f64();
    }
    return wick_log_f64(PI / sine) - wick_log_f64(a) - log_gamma_positive(a);
}

double wick_digamma_f64(double x)
{
    double sum = 0.0;
    if (x == 0.0) {
        return wick_with_sign_f64(wick_infinity_f64(), -x);
    }
    if (x < 0.0) {
        const double rest = x - wick_trunc_f64(x);
        if (!(rest != 0.0)) {
            return wick_nan_f64();
        }
        sum = -PI * wick_sin_pi_f64(rest + 0.5) / wick_sin_pi_f64(rest);
        x = 1.0 - x;
    }
    for (; x < 15.0; x += 1.0) {
        sum -= 1.0 / x;
    }
    if (x == wick_infinity_f64()) {
        return sum + x;
    }
    const double z = 1.0 / (x * x);
    const double rest =
        z * (1.0 / 12 - z * (1.0 / 120 - z * (1.0 / 252 - z * (1.0 / 240 - z * (1.0 / 132)))));
    return sum + (wick_log_f64(x) - 0.5 / x - rest);
}

// Sum of (q + k)^-x over k >= 0: ten terms, then Euler and Maclaurin.
double wick_zeta_f64(double x, double q)
{
    static const double divisors[] = {12.0,          -720.0,
                                      30240.0,       -1209600.0,
                                      47900160.0,    -1.8924375803183791606e9,
                                      7.47242496e10, -2.950130727918164224e12};
    if (x == 1.0) {
        return wick_infinity_f64();
    }
    if (x < 1.0) {
        return wick_nan_f64();
    }
    if (q <= 0.0) {
        if (q == wick_floor_f64(q)) {
            return wick_infinity_f64();
        }
        if (x != wick_floor_f64(x)) {
            return wick_nan_f64();
        }
    }
    double sum = wick_pow_f64(q, -x);
    double at = q;
    double term = 0.0;
    for (uint32_t i = 0; i < 9 || at <= 9.0; i++) {
        at += 1.0;
        term = wick_pow_f64(at, -x);
        sum += term;
        if (wick_magnitude_f64(term) < 0x1p-53 * wick_magnitude_f64(sum)) {
            return sum;
        }
    }
    if (term == 0.0) { // eager's corrections, of x^23, overflow
        return x < 0x1p44 && at < wick_infinity_f64() ? sum : wick_nan_f64();
    }
    sum += term * at / (x - 1.0) - 0.5 * term;
    double factor = 1.0;
    for (uint32_t i = 0; i < sizeof divisors / sizeof divisors[0]; i++) {
        const double step = 2.0 * i;
        factor *= x + step;
        term /= at;
        sum += factor * term / divisors[i];
        factor *= x + step + 1.0;
        term /= at;
    }
    return sum;
}

// I of this order divided by exp(a), a >= 0.
static double bessel(double a, int order)
{
    double sum = 1.0;
    if (a <= 30.0) { // power series
        for (int k = 90; k > 0; k--) {
            sum = 1.0 + sum * a * a / (4.0 * k * (k + order));
        }
        return sum * (order == 0 ? 1.0 : 0.5 * a) * wick_exp_f64(-a);
    }
    for (int k = 24; k > 0; k--) { // asymptotic
        const double odd = 2.0 * k - 1.0;
        sum = 1.0 + sum * (odd * odd - 4.0 * order) / (8.0 * k * a);
    }
    return sum / (wick_sqrt_f64(2.0 * PI) * wick_sqrt_f64(a));
}

static double grown(double value, double a)
{
    const double root = wick_exp_f64(0.5 * a);
    return value * root * root;
}

double wick_i0e_f64(double x)
{
    return bessel(wick_magnitude_f64(x), 0);
}

double wick_i0_f64(double x)
{
    return grown(wick_i0e_f64(x), wick_magnitude_f64(x));
}

double wick_i1e_f64(double x)
{
    const double value = bessel(wick_magnitude_f64(x), 1);
    return x < 0.0 ? -value : value;
}

double wick_i1_f64(double x)
{
    return grown(wick_i1e_f64(x), wick_magnitude_f64(x));
}
