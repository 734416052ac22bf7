// SPDX-License-Identifier: BSD-3-Clause
// Scalar steps that the tables of operations are written with. NaN wins in smaller and larger, and
// the first of two equals (0.0 and -0.0), as in PyTorch.
#ifndef WICK_KERNELS_ELEMENTWISE_NUMBERS_H
#define WICK_KERNELS_ELEMENTWISE_NUMBERS_H

#include "kernels/math/bits.h"
#include "kernels/math/double.h"
#include "kernels/math/math.h"
#include "kernels/math/rounding.h"

typedef float wick_number_f32;
typedef double wick_number_f64;
typedef int64_t wick_number_i64;

#define NUMBER float
#define FN(f)  wick_##f##_f32
#define LIT(v) v##f
#include "kernels/elementwise/real_body.h"
#undef NUMBER
#undef FN
#undef LIT

#define NUMBER double
#define FN(f)  wick_##f##_f64
#define LIT(v) v
#include "kernels/elementwise/real_body.h"
#undef NUMBER
#undef FN
#undef LIT

static inline int64_t wick_smaller_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t wick_larger_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// a + scale * b and a * b, wrapping.
static inline int64_t wick_sum_i64(int64_t a, int64_t scale, int64_t b)
{
    return (int64_t)((uint64_t)a + (uint64_t)scale * (uint64_t)b);
}

static inline int64_t wick_product_i64(int64_t a, int64_t b)
{
    return (int64_t)((uint64_t)a * (uint64_t)b);
}

// b is not 0. The quotient that does not fit (INT64_MIN / -1) wraps.
static inline int64_t wick_quotient_trunc_i64(int64_t a, int64_t b)
{
    return b == -1 ? (int64_t)(0 - (uint64_t)a) : a / b;
}

static inline int64_t wick_quotient_floor_i64(int64_t a, int64_t b)
{
    const int64_t quotient = wick_quotient_trunc_i64(a, b);
    return b != -1 && (a < 0) != (b < 0) && a % b != 0 ? quotient - 1 : quotient;
}

static inline int64_t wick_rest_i64(int64_t a, int64_t b)
{
    return b == -1 ? 0 : a % b;
}

static inline int64_t wick_remainder_i64(int64_t a, int64_t b)
{
    const int64_t rest = wick_rest_i64(a, b);
    return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

// a shifted by b bits of `bits`; by more, or by a negative number: all bits are gone.
static inline int64_t wick_shift_left_i64(int64_t a, int64_t b, int64_t bits)
{
    return b < 0 || b >= bits ? 0 : (int64_t)((uint64_t)a << b);
}

static inline int64_t wick_shift_right_i64(int64_t a, int64_t b, int64_t bits)
{
    const int64_t by = b < 0 || b >= bits ? 63 : b;
    return a < 0 ? ~(~a >> by) : a >> by;
}

static inline int64_t wick_magnitude_i64(int64_t a)
{
    return a < 0 ? (int64_t)(0 - (uint64_t)a) : a;
}

#endif
