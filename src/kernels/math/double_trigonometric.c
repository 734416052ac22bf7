// SPDX-License-Identifier: BSD-3-Clause
// As trigonometric.c, with more bits of 2/pi.
#include "kernels/math/double.h"

#define HALF_PI 1.5707963267948966
#define PI      3.141592653589793

typedef struct angle {
    uint32_t quarter;
    double rest;
} angle;

// 32 bits of 2/pi from bit `at` on; bits 0 to 63 stand for whole numbers.
static uint64_t two_over_pi(uint32_t at)
{
    static const uint32_t words[] = {
        0,           0,           0xa2f9836eu, 0x4e441529u, 0xfc2757d1u, 0xf534ddc0u, 0xdb629599u,
        0x3c439041u, 0xfe5163abu, 0xdebbc561u, 0xb7246e3au, 0x424dd2e0u, 0x06492eeau, 0x09d1921cu,
        0xfe1deb1cu, 0xb129a73eu, 0xe88235f5u, 0x2ebb4484u, 0xe99c7026u, 0xb45f7e41u, 0x3991d639u,
        0x835339f4u, 0x9c845f8bu, 0xbdf9283bu, 0x1ff897ffu, 0xde05980fu, 0xef2f118bu, 0x5a0a6d1fu,
        0x6d367ecfu, 0x27cb09b7u, 0x4f463f66u, 0x9e5fea2du, 0x7527bac7u, 0xebe5f17bu, 0x3d0739f7u,
        0x8a5292eau, 0x6bfb5fb1u, 0x1f8d5d08u, 0x56033046u, 0xfc7b6babu};
    const uint64_t pair = (uint64_t)words[at / 32] << 32 | words[at / 32 + 1];
    return pair << at % 32 >> 32 & 0xffffffffu;
}

// Of a finite x >= 1/2: significand times 192 bits of 2/pi, of which the first two are quarters.
static angle reduce(double x)
{
    const uint64_t bits = wick_bits_of_f64(x);
    const uint64_t limbs[] = {bits & 0xffffffffu, (bits >> 32 & 0xfffffu) | 0x100000u};
    const uint32_t at = (uint32_t)(bits >> 52) - 1013;
    uint32_t product[8] = {0}; // least significant first
    for (uint32_t i = 0; i < 6; i++) {
        const uint64_t word = two_over_pi(at + 32 * (5 - i));
        uint64_t carry = 0;
        for (uint32_t k = 0; k < 2; k++) {
            carry += product[i + k] + word * limbs[k];
            product[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        product[i + 2] = (uint32_t)carry;
    }
    const uint64_t high = (uint64_t)product[5] << 32 | product[4];
    const uint64_t low = (uint64_t)product[3] << 32 | product[2];
    angle out = {(uint32_t)(high >> 62), 0.0};
    uint64_t first = high << 2 | low >> 62;
    uint64_t second = low << 2;
    const int is_above_half = (int)(first >> 63);
    if (is_above_half) {
        first = ~first;
        second = ~second;
        out.quarter++;
    }
    const double fraction = (double)first * 0x1p-64 + (double)second * 0x1p-128;
    out.rest = is_above_half ? -fraction * HALF_PI : fraction * HALF_PI;
    return out;
}

// On |x| <= pi/4, as series.
static double sine(double x)
{
    const double z = x * x;
    double sum = 0.0;
    for (int n = 20; n > 0; n -= 2) {
        sum = (1.0 + sum) * -z / (n * (n + 1));
    }
    return x + x * sum;
}

static double cosine(double x)
{
    const double z = x * x;
    double sum = 0.0;
    for (int n = 19; n > 0; n -= 2) {
        sum = (1.0 + sum) * -z / (n * (n + 1));
    }
    return 1.0 + sum;
}

static angle reduced(double magnitude)
{
    return magnitude > 0.5 ? reduce(magnitude) : (angle){0, magnitude};
}

static double sine_of(double x, uint32_t turn)
{
    const double magnitude = wick_magnitude_f64(x);
    if (!(magnitude < wick_infinity_f64())) {
        return wick_nan_f64();
    }
    const angle a = reduced(magnitude);
    const uint32_t quarter = a.quarter + turn;
    const double value = (quarter & 1u) != 0 ? cosine(a.rest) : sine(a.rest);
    return (quarter & 2u) != 0 ? -value : value;
}

double wick_sin_f64(double x)
{
    const double value = sine_of(x, 0);
    return wick_has_sign_f64(x) != 0 ? -value : value;
}

double wick_cos_f64(double x)
{
    return sine_of(x, 1);
}

double wick_tan_f64(double x)
{
    return wick_sin_f64(x) / wick_cos_f64(x);
}

double wick_sin_pi_f64(double x)
{
    const double magnitude = wick_magnitude_f64(x);
    if (!(magnitude < 0x1p+52)) {
        return x - x;
    }
    const double halves = wick_floor_f64(2.0 * magnitude + 0.5);
    const double rest = (magnitude - 0.5 * halves) * PI;
    const uint32_t quarter = (uint32_t)wick_fmod_f64(halves, 4.0);
    const double value = (quarter & 1u) != 0 ? cosine(rest) : sine(rest);
    return ((quarter & 2u) != 0) != (x < 0.0) ? -value : value;
}

// Halved twice: atan(x) = 2 atan(x / (1 + sqrt(1 + x^2))). On [0, 1].
static double arc_tangent(double x)
{
    for (int i = 0; i < 2; i++) {
        x = x / (1.0 + wick_sqrt_f64(1.0 + x * x));
    }
    const double z = x * x;
    double sum = 0.0;
    for (int n = 25; n > 1; n -= 2) {
        sum = (1.0 / n - sum) * z;
    }
    return 4.0 * (x - x * sum);
}

double wick_atan_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (x != x || a < 0x1p-28) {
        return x;
    }
    return wick_with_sign_f64(a <= 1.0 ? arc_tangent(a) : HALF_PI - arc_tangent(1.0 / a), x);
}

double wick_atan2_f64(double y, double x)
{
    const double up = wick_magnitude_f64(y);
    const double along = wick_magnitude_f64(x);
    if (x != x || y != y) {
        return x + y;
    }
    double value = up == 0.0 ? 0.0 : 0.25 * PI;
    if (up != along) {
        value = wick_atan_f64(up / along);
    }
    return wick_with_sign_f64(wick_has_sign_f64(x) != 0 ? PI - value : value, y);
}

double wick_asin_f64(double x)
{
    const double a = wick_magnitude_f64(x);
    if (!(a <= 1.0)) {
        return wick_nan_f64();
    }
    if (a < 0.5) {
        return wick_atan_f64(x / wick_sqrt_f64(1.0 - x * x));
    }
    const double root = wick_sqrt_f64(0.5 * (1.0 - a));
    return wick_with_sign_f64(HALF_PI - 2.0 * wick_atan_f64(root / wick_sqrt_f64(0.5 * (1.0 + a))),
                              x);
}

double wick_acos_f64(double x)
{
    if (!(wick_magnitude_f64(x) <= 1.0)) {
        return wick_nan_f64();
    }
    return x == -1.0 ? PI : 2.0 * wick_atan_f64(wick_sqrt_f64((1.0 - x) / (1.0 + x)));
}
