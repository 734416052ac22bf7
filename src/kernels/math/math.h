// SPDX-License-Identifier: BSD-3-Clause
// Elementary functions on float32 without a hosted library: float and integer arithmetic only, so
// that a core without a double-precision unit pays nothing for it.
//
// Result  NaN gives NaN; infinities, overflow, underflow (subnormals included) and -0 as in C11
// Annex F. Not
//         correctly rounded but for the root; the largest error over all 2^32 arguments stands
//         beside each.
// Memory  none; no errno, no floating-point environment but round to nearest.
#ifndef WICK_KERNELS_MATH_MATH_H
#define WICK_KERNELS_MATH_MATH_H

float wick_exp_f32(float x);  // 0.97 ULP
float wick_log_f32(float x);  // 0.85 ULP; below 0: NaN; 0: -inf
float wick_tanh_f32(float x); // 1.34 ULP
float wick_erf_f32(float x);  // 1.3 ULP
float wick_sqrt_f32(float x); // correctly rounded; below 0: NaN

float wick_expm1_f32(float x);
float wick_exp2_f32(float x);
float wick_log2_f32(float x);
float wick_log10_f32(float x);
float wick_log1p_f32(float x);
float wick_pow_f32(float x, float y);

// trigonometric.c
float wick_sin_f32(float x);
float wick_cos_f32(float x);
float wick_tan_f32(float x);
float wick_sin_pi_f32(float x); // sin(pi x)
float wick_asin_f32(float x);
float wick_acos_f32(float x);
float wick_atan_f32(float x);
float wick_atan2_f32(float y, float x);

// hyperbolic.c
float wick_sinh_f32(float x);
float wick_cosh_f32(float x);
float wick_asinh_f32(float x);
float wick_acosh_f32(float x);
float wick_atanh_f32(float x);

// error.c
float wick_erfc_f32(float x);
float wick_erfcx_f32(float x); // exp(x^2) erfc(x)
float wick_erfinv_f32(float x);
float wick_ndtr_f32(float x);
float wick_log_ndtr_f32(float x);
float wick_ndtri_f32(float p);

// gamma.c
float wick_lgamma_f32(float x);
float wick_digamma_f32(float x);
float wick_zeta_f32(float x, float q);

// bessel.c
float wick_i0_f32(float x);
float wick_i0e_f32(float x);
float wick_i1_f32(float x);
float wick_i1e_f32(float x);

// bessel_kinds.c: J and Y of orders 0 and 1; sin(x) / x
float wick_bessel_j0_f32(float x);
float wick_bessel_j1_f32(float x);
float wick_bessel_y0_f32(float x);
float wick_bessel_y1_f32(float x);
float wick_spherical_j0_f32(float x);

// airy.c: K of orders 0 and 1, plain and times exp(x); Ai
float wick_bessel_k0_f32(float x);
float wick_bessel_k1_f32(float x);
float wick_bessel_k0e_f32(float x);
float wick_bessel_k1e_f32(float x);
float wick_airy_ai_f32(float x);

// incomplete_gamma.c: regularized
float wick_gamma_lower_f32(float a, float x);
float wick_gamma_upper_f32(float a, float x);

// orthogonal.c: polynomials of degree n
float wick_chebyshev_t_f32(float x, float n);
float wick_chebyshev_u_f32(float x, float n);
float wick_chebyshev_v_f32(float x, float n);
float wick_chebyshev_w_f32(float x, float n);
float wick_shifted_chebyshev_t_f32(float x, float n);
float wick_shifted_chebyshev_u_f32(float x, float n);
float wick_shifted_chebyshev_v_f32(float x, float n);
float wick_shifted_chebyshev_w_f32(float x, float n);
float wick_hermite_h_f32(float x, float n);
float wick_hermite_he_f32(float x, float n);
float wick_laguerre_l_f32(float x, float n);
float wick_legendre_p_f32(float x, float n);

#endif
