// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/double.h"

#include "kernels/math/math.h"

double wick_trunc_f64(double x)
{
    const uint64_t bits = wick_bits_of_f64(x);
    const uint32_t exponent = (uint32_t)(bits >> 52) & 0x7ffu;
    if (exponent >= 1023 + 52) { // whole already, infinite or NaN
        return x;
    }
    const uint64_t fraction = 0xfffffffffffffu >> (exponent < 1023 ? 0 : exponent - 1023);
    return wick_f64_from_bits(bits & (exponent < 1023 ? (uint64_t)1 << 63 : ~fraction));
}

double wick_floor_f64(double x)
{
    const double whole = wick_trunc_f64(x);
    return whole > x ? whole - 1.0 : whole;
}

double wick_rint_f64(double x)
{
    const double large = 0x1p+52; // below it, adding it rounds
    const double a = wick_magnitude_f64(x);
    if (!(a < large)) {
        return x;
    }
    const double sum = a + large;
    return wick_with_sign_f64(sum - large, x);
}

typedef struct significand {
    uint64_t value; // bit 52 set
    int32_t exponent;
} significand;

static significand split(uint64_t magnitude)
{
    significand out = {(magnitude & 0xfffffffffffffu) | (uint64_t)1 << 52,
                       (int32_t)(magnitude >> 52)};
    if (out.exponent == 0) {
        out.value = magnitude;
        out.exponent = 1;
        for (; out.value >> 52 == 0; out.value <<= 1) {
            out.exponent--;
        }
    }
    return out;
}

double wick_fmod_f64(double a, double b)
{
    const uint64_t infinity = wick_bits_of_f64(wick_infinity_f64());
    const uint64_t dividend = wick_bits_of_f64(wick_magnitude_f64(a));
    const uint64_t divisor = wick_bits_of_f64(wick_magnitude_f64(b));
    if (dividend >= infinity || divisor > infinity || divisor == 0) {
        return wick_nan_f64();
    }
    if (dividend < divisor) {
        return a;
    }
    significand rest = split(dividend);
    const significand by = split(divisor);
    for (;;) { // long division, a bit a step; keeps the remainder
        rest.value -= rest.value >= by.value ? by.value : 0;
        if (rest.exponent == by.exponent || rest.value == 0) {
            break;
        }
        rest.value <<= 1;
        rest.exponent--;
    }
    // Exact: the significand and each power of 2 are doubles.
    double value = (double)rest.value;
    for (int32_t left = rest.exponent - 1075; left != 0 && rest.value != 0;) {
        const int32_t step = left < -1000 ? -1000 : left > 1000 ? 1000 : left;
        value *= wick_f64_from_bits((uint64_t)(step + 1023) << 52);
        left -= step;
    }
    return wick_with_sign_f64(value, a);
}

// Newton from the float's root.
double wick_sqrt_f64(double x)
{
    if (!(x > 0.0) || x == wick_infinity_f64()) {
        return x < 0.0 ? wick_nan_f64() : x;
    }
    double scaled = x;
    double unscale = 1.0;
    if (x < 0x1p-900) {
        scaled = x * 0x1p+1000;
        unscale = 0x1p-500;
    } else if (x > 0x1p+900) {
        scaled = x * 0x1p-1000;
        unscale = 0x1p+500;
    }
    // scaled = m * 4^k with m in [1/2, 2).
    const int32_t k = ((int32_t)(wick_bits_of_f64(scaled) >> 52) - 1022) / 2;
    const double m = wick_scale_f64(scaled, -2 * k);
    double root = (double)wick_sqrt_f32((float)m);
    root = 0.5 * (root + m / root);
    root = 0.5 * (root + m / root);
    return wick_scale_f64(root, k) * unscale;
}
