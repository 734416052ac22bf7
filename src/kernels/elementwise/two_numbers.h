// SPDX-License-Identifier: BSD-3-Clause
// Steps on two numbers that are longer than an expression, for binary.def.
#ifndef WICK_KERNELS_ELEMENTWISE_TWO_NUMBERS_H
#define WICK_KERNELS_ELEMENTWISE_TWO_NUMBERS_H

#include "kernels/elementwise/numbers.h"

#define NUMBER float
#define FN(f)  wick_##f##_f32
#define LIT(v) v##f
#include "kernels/elementwise/two_real_body.h"
#undef NUMBER
#undef FN
#undef LIT

#define NUMBER double
#define FN(f)  wick_##f##_f64
#define LIT(v) v
#include "kernels/elementwise/two_real_body.h"
#undef NUMBER
#undef FN
#undef LIT

// The float next to a in the direction of b.
static inline float wick_nextafter_f32(float a, float b)
{
    if (a != a || b != b) {
        return a + b;
    }
    if (a == b) {
        return b;
    }
    if (a == 0.0f) {
        return wick_with_sign_f32(0x1p-149f, b);
    }
    const uint32_t bits = wick_bits_of_f32(a);
    return wick_f32_from_bits((a < b) == (a > 0.0f) ? bits + 1 : bits - 1);
}

// The double next to a in the direction of b.
static inline double wick_nextafter_f64(double a, double b)
{
    if (a != a || b != b) {
        return a + b;
    }
    if (a == b) {
        return b;
    }
    if (a == 0.0) {
        return wick_with_sign_f64(0x1p-1074, b);
    }
    const uint64_t bits = wick_bits_of_f64(a);
    return wick_f64_from_bits((a < b) == (a > 0.0) ? bits + 1 : bits - 1);
}

// a^b, wrapping; of a negative exponent the whole part: 0 but for 1 and -1.
static inline int64_t wick_power_i64(int64_t a, int64_t b)
{
    if (b < 0) {
        const int64_t unit = a == 1 || a == -1 ? a : 0;
        return b % 2 == 0 ? unit * unit : unit;
    }
    uint64_t result = 1;
    for (uint64_t base = (uint64_t)a; b != 0; b >>= 1, base *= base) {
        result *= (b & 1) != 0 ? base : 1;
    }
    return (int64_t)result;
}

static inline int64_t wick_gcd_i64(int64_t a, int64_t b)
{
    uint64_t x = (uint64_t)wick_magnitude_i64(a);
    uint64_t y = (uint64_t)wick_magnitude_i64(b);
    while (y != 0) {
        const uint64_t rest = x % y;
        x = y;
        y = rest;
    }
    return (int64_t)x;
}

static inline int64_t wick_lcm_i64(int64_t a, int64_t b)
{
    const int64_t divisor = wick_gcd_i64(a, b);
    return divisor == 0 ? 0 : wick_magnitude_i64(wick_product_i64(a / divisor, b));
}

#endif
