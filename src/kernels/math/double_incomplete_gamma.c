// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/double.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER       double
#define FN(f)        wick_##f##_f64
#define LIT(v)       v
#define TERMS        25
#define EPSILON_HALF 0x1p-53
#define LOG_LARGEST  709.782712893383996843
#define BIG          0x1p52
#include "kernels/math/incomplete_gamma_body.h"
