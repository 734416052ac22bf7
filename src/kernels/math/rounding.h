// SPDX-License-Identifier: BSD-3-Clause
// Rounding and remainder on float32, exact for every argument (C11 truncf, floorf, rintf in its
// default mode, fmodf).
#ifndef WICK_KERNELS_MATH_ROUNDING_H
#define WICK_KERNELS_MATH_ROUNDING_H

float wick_trunc_f32(float x);
float wick_floor_f32(float x);
float wick_rint_f32(float x); // halves go to the even neighbour
// Remainder of a / b with the sign of a; NaN if b is 0 or a infinite.
float wick_fmod_f32(float a, float b);

#endif
