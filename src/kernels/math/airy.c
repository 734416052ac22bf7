// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER  float
#define FN(f)   wick_##f##_f32
#define LIT(v)  v##f
#define EPSILON 0x1p-23f
#include "kernels/math/airy_body.h"
