// SPDX-License-Identifier: BSD-3-Clause
// Norms of any order, an element at a time: add wick_norm_add of each magnitude to 0 (order -inf:
// to +inf), then take wick_norm_root. Order 0 counts what is not 0. In float, and in float64 in
// the forms of that name.
#ifndef WICK_KERNELS_MATH_NORM_H
#define WICK_KERNELS_MATH_NORM_H

#include "kernels/math/double.h"
#include "kernels/math/math.h"
#include "kernels/math/sum.h"

#include <stdbool.h>

#define WICK_NORM_INFINITE __builtin_inff()

#define NUMBER      float
#define NAMED(name) name
#define FN(f)       wick_##f##_f32
#define INFINITE    WICK_NORM_INFINITE
#include "kernels/math/norm_body.h"

#define NUMBER      double
#define NAMED(name) name##_f64
#define FN(f)       wick_##f##_f64
#define INFINITE    wick_infinity_f64()
#include "kernels/math/norm_body.h"

#endif
