// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/double.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER  double
#define FN(f)   wick_##f##_f64
#define LIT(v)  v
#define EPSILON 0x1p-52
#include "kernels/math/airy_body.h"
