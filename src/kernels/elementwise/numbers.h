// SPDX-License-Identifier: BSD-3-Clause
// Scalar steps that the tables of operations are written with. NaN wins in smaller and larger, and
// the first of two equals (0.0 and -0.0), as in PyTorch.
#ifndef WICK_KERNELS_ELEMENTWISE_NUMBERS_H
#define WICK_KERNELS_ELEMENTWISE_NUMBERS_H

#include "kernels/math/bits.h"
#include "kernels/math/math.h"
#include "kernels/math/rounding.h"

typedef float wick_number_f32;
typedef int64_t wick_number_i64;

static inline float wick_smaller_f32(float a, float b)
{
    return b < a || b != b ? b : a;
}

static inline float wick_larger_f32(float a, float b)
{
    return b > a || b != b ? b : a;
}

static inline int64_t wick_smaller_i64(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static inline int64_t wick_larger_i64(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// Quotient rounded down as PyTorch (and Python) define it: from the exact remainder, not from a /
// b.
static inline float wick_quotient_floor_f32(float a, float b)
{
    const float plain = a / b;
    if (b == 0.0f) {
        return plain;
    }
    const float rest = wick_fmod_f32(a, b);
    float quotient = (a - rest) / b;
    if (rest != 0.0f && (b < 0.0f) != (rest < 0.0f)) {
        quotient -= 1.0f;
    }
    if (quotient == 0.0f) {
        return plain < 0.0f || 1.0f / plain < 0.0f ? -0.0f : 0.0f;
    }
    const float whole = wick_floor_f32(quotient);
    return quotient - whole > 0.5f ? whole + 1.0f : whole;
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

// Remainder with the sign of b (Python's %), and with that of a (C's).
static inline float wick_remainder_f32(float a, float b)
{
    const float rest = wick_fmod_f32(a, b);
    return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
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

// log(x / (1 - x)), x first brought into [low, high].
static inline float wick_logit_f32(float x, float low, float high)
{
    const float z = x < low ? low : x > high ? high : x;
    return wick_log_f32(z / (1.0f - z));
}

#endif
