// SPDX-License-Identifier: BSD-3-Clause
// Parameters of kernel bodies (*_body.h): arithmetic in float on f32, f16 and bf16. in_f64.h has
// the same for float64; a kernel is its body with the one and with the other. A kernel of float64
// has the suffix _f64, and takes what the other does. One of both is included by a source, once.
//
// NUMBER, FN(f), KERNEL(name)   the type, the function f on it, the name of a kernel
// LOAD, STORE                   an element as NUMBER; the common type is inlined
// REAL_OF, STORE_REAL           the same, always by a call: smaller
// INTEGER_OF, ROUNDED, IS_REAL  as element.h has them
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/math/norm.h"
#include "kernels/math/rounding.h"
#include "kernels/math/sum.h"

#define NUMBER       float
#define FN(f)        wick_##f##_f32
#define KERNEL(name) name
#define WIDEST       WICK_FLOAT32
#define LOAD         wick_element_load
#define STORE        wick_element_store
#define REAL_OF      wick_element_real
#define STORE_REAL   wick_element_store_real
#define INTEGER_OF   wick_element_integer
#define ROUNDED      wick_element_rounded
#define IS_REAL      wick_element_is_real
#define INFINITE     __builtin_inff()
#define NOT_A_NUMBER __builtin_nanf("")
