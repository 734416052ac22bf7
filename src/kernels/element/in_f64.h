// SPDX-License-Identifier: BSD-3-Clause
// Parameters of kernel bodies in float64: see in_f32.h. All is inlined: hosts have room.
#include "kernels/element/element_f64.h"
#include "kernels/math/double.h"
#include "kernels/math/norm.h"
#include "kernels/math/sum.h"

#define NUMBER       double
#define FN(f)        wick_##f##_f64
#define KERNEL(name) name##_f64
#define WIDEST       WICK_FLOAT64
#define LOAD         wick_element_load_f64
#define STORE        wick_element_store_f64
#define REAL_OF      wick_element_load_f64
#define STORE_REAL   wick_element_store_f64
#define INTEGER_OF   wick_element_integer_f64
#define ROUNDED      wick_element_rounded_f64
#define IS_REAL      wick_element_is_real_f64
#define INFINITE     wick_infinity_f64()
#define NOT_A_NUMBER wick_nan_f64()
