// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/double.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER       double
#define FN(f)        wick_##f##_f64
#define LIT(v)       v
#define HERMITE_MOST 512
#include "kernels/math/orthogonal_body.h"
