// SPDX-License-Identifier: BSD-3-Clause
// A sum of floats, or of float64 in the forms of that name, that carries its rounding error
// (Kahan).
#ifndef WICK_KERNELS_MATH_SUM_H
#define WICK_KERNELS_MATH_SUM_H

#define NUMBER      float
#define NAMED(name) name
#include "kernels/math/sum_body.h"

#define NUMBER      double
#define NAMED(name) name##_f64
#include "kernels/math/sum_body.h"

#endif
