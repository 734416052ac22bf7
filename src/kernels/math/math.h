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

#endif
