// SPDX-License-Identifier: BSD-3-Clause
// The elementary functions on float64, for hosts: a core without a double-precision unit links none
// of them. Special values as in math.h.
//
// Result  relative error at most 1e-13, but for digamma and lgamma near their roots (1e-13
// absolute) and zeta (1e-12). sqrt within 1 ULP; trunc, floor, rint and fmod are exact.
#ifndef WICK_KERNELS_MATH_DOUBLE_H
#define WICK_KERNELS_MATH_DOUBLE_H

#include <stdint.h>

typedef union wick_f64_bits {
    double value;
    uint64_t bits;
} wick_f64_bits;

static inline double wick_f64_from_bits(uint64_t bits)
{
    const wick_f64_bits out = {.bits = bits};
    return out.value;
}

static inline uint64_t wick_bits_of_f64(double value)
{
    const wick_f64_bits in = {.value = value};
    return in.bits;
}

static inline double wick_infinity_f64(void)
{
    return wick_f64_from_bits(0x7ff0000000000000u);
}

static inline double wick_nan_f64(void)
{
    return wick_f64_from_bits(0x7ff8000000000000u);
}

static inline double wick_magnitude_f64(double x)
{
    return wick_f64_from_bits(wick_bits_of_f64(x) & 0x7fffffffffffffffu);
}

// x >= 0 with the sign of `from`.
static inline double wick_with_sign_f64(double x, double from)
{
    return wick_f64_from_bits(wick_bits_of_f64(x) | (wick_bits_of_f64(from) & (uint64_t)1 << 63));
}

static inline int wick_has_sign_f64(double x)
{
    return (int)(wick_bits_of_f64(x) >> 63);
}

// value * 2^n, n in [-2044, 2046].
static inline double wick_scale_f64(double value, int32_t n)
{
    const int32_t half = n / 2;
    return value * wick_f64_from_bits((uint64_t)(half + 1023) << 52) *
           wick_f64_from_bits((uint64_t)(n - half + 1023) << 52);
}

// As in bits.h.
static inline int32_t wick_binary_exponent_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    const int32_t moved = a < 0x1p-1022 ? 54 : 0;
    const uint64_t bits = wick_bits_of_f64(moved != 0 ? a * 0x1p54 : a);
    const int32_t field = (int32_t)(bits >> 52);
    return bits == 0 || field == 0x7ff ? 0 : field - 1022 - moved;
}

static inline double wick_exponent_f64(double x)
{
    return wick_binary_exponent_f64(x);
}

static inline double wick_mantissa_f64(double x)
{
    return wick_scale_f64(x, -wick_binary_exponent_f64(x));
}

// double_rounding.c
double wick_trunc_f64(double x);
double wick_floor_f64(double x);
double wick_rint_f64(double x);
double wick_fmod_f64(double a, double b);
double wick_sqrt_f64(double x);

// double_exp.c
double wick_exp_f64(double x);
double wick_expm1_f64(double x);
double wick_exp2_f64(double x);
double wick_log_f64(double x);
double wick_log1p_f64(double x);
double wick_log2_f64(double x);
double wick_log10_f64(double x);
double wick_pow_f64(double x, double y);
double wick_sinh_f64(double x);
double wick_cosh_f64(double x);
double wick_tanh_f64(double x);
double wick_asinh_f64(double x);
double wick_acosh_f64(double x);
double wick_atanh_f64(double x);

// double_trigonometric.c
double wick_sin_f64(double x);
double wick_cos_f64(double x);
double wick_tan_f64(double x);
double wick_sin_pi_f64(double x);
double wick_asin_f64(double x);
double wick_acos_f64(double x);
double wick_atan_f64(double x);
double wick_atan2_f64(double y, double x);

// double_special.c
double wick_erf_f64(double x);
double wick_erfc_f64(double x);
double wick_erfcx_f64(double x);
double wick_erfinv_f64(double x);
double wick_log_ndtr_f64(double x);
double wick_ndtri_f64(double p);
double wick_lgamma_f64(double x);
double wick_digamma_f64(double x);
double wick_zeta_f64(double x, double q);
double wick_i0_f64(double x);
double wick_i0e_f64(double x);
double wick_i1_f64(double x);
double wick_i1e_f64(double x);

// double_bessel_kinds.c: J and Y of orders 0 and 1; sin(x) / x
double wick_bessel_j0_f64(double x);
double wick_bessel_j1_f64(double x);
double wick_bessel_y0_f64(double x);
double wick_bessel_y1_f64(double x);
double wick_spherical_j0_f64(double x);

// double_airy.c: K of orders 0 and 1, plain and times exp(x); Ai
double wick_bessel_k0_f64(double x);
double wick_bessel_k1_f64(double x);
double wick_bessel_k0e_f64(double x);
double wick_bessel_k1e_f64(double x);
double wick_airy_ai_f64(double x);

// double_incomplete_gamma.c: regularized
double wick_gamma_lower_f64(double a, double x);
double wick_gamma_upper_f64(double a, double x);

// double_orthogonal.c: polynomials of degree n
double wick_chebyshev_t_f64(double x, double n);
double wick_chebyshev_u_f64(double x, double n);
double wick_chebyshev_v_f64(double x, double n);
double wick_chebyshev_w_f64(double x, double n);
double wick_shifted_chebyshev_t_f64(double x, double n);
double wick_shifted_chebyshev_u_f64(double x, double n);
double wick_shifted_chebyshev_v_f64(double x, double n);
double wick_shifted_chebyshev_w_f64(double x, double n);
double wick_hermite_h_f64(double x, double n);
double wick_hermite_he_f64(double x, double n);
double wick_laguerre_l_f64(double x, double n);
double wick_legendre_p_f64(double x, double n);

#endif
