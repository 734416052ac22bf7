// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/bits.h"
#include "kernels/math/math.h"

#include <stdbool.h>
#include <stdint.h>

#define NUMBER       float
#define FN(f)        wick_##f##_f32
#define LIT(v)       v##f
#define TERMS        25
#define EPSILON_HALF 0x1p-24f
#define LOG_LARGEST  88.72283905206835f
#define BIG          0x1p24f
#include "kernels/math/incomplete_gamma_body.h"
