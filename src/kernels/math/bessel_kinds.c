// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER float
#define FN(f)  wick_##f##_f32
#define LIT(v) v##f
#include "kernels/math/bessel_kinds_body.h"
