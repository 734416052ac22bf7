// SPDX-License-Identifier: BSD-3-Clause
// x^y = 2^(y * log2(x)), the logarithm and the product in two floats each: an error of 2^-33 of the
// logarithm is one of 2^-25 of the power where that is about to overflow.
#include "kernels/math/bits.h"
#include "kernels/math/math.h"
#include "kernels/math/rounding.h"

#include <stdbool.h>

typedef struct pair {
    float high;
    float low;
} pair;

// The first 12 bits.
static float head(float x)
{
    return wick_f32_from_bits(wick_bits_of_f32(x) & 0xfffff000u);
}

// a * b; what high loses is in low. |a|, |b| neither huge nor tiny.
static pair product(float a, float b)
{
    const float high = a * b;
    const float a1 = head(a);
    const float b1 = head(b);
    const float a2 = a - a1;
    const float b2 = b - b1;
    return (pair){high, ((a1 * b1 - high) + a1 * b2 + a2 * b1) + a2 * b2};
}

// a + b, |a| >= |b| or a = 0.
static pair sum(float a, float b)
{
    const float high = a + b;
    return (pair){high, b - (high - a)};
}

// log2(m / centre) for m within 1/16 of the centre: 2 atanh(s) / ln(2), s = (m - c) / (m + c).
static pair log2_near(float m, float centre)
{
    const float above = m - centre; // exact
    const float below = m + centre;
    const float below_rest = m - (below - centre);
    const float s = above / below;
    const pair back = product(s, below);
    const float s_rest = ((above - back.high) - back.low - s * below_rest) / below;
    const float z = s * s;
    // (1/3 + z/5 + z^2/7) * 2 / ln(2)
    const float p = ((0x1.a61762p-2f * z + 0x1.2776c6p-1f) * z + 0x1.ec709ep-1f) * z;
    pair out = product(s, 0x1.715476p+1f);
    out.low += s * 0x1.4ae0c0p-25f + s_rest * 0x1.715476p+1f + s * p;
    return sum(out.high, out.low);
}

// log2(x), x finite and above 0.
static pair log2_pair(float x)
{
    // Centres, 6 to 11 eighths, with their logarithms.
    static const struct {
        float centre;
        float high;
        float low;
    } rows[] = {
        {0.75f, -0x1.a9p-2f, 0x1.a39fbep-20f},
        {0.875f, -0x1.8a9p-3f, 0x1.9fd502p-17f},
        {1.0f, 0.0f, 0.0f},
        {1.125f, 0x1.5cp-3f, 0x1.a39fbep-19f},
        {1.25f, 0x1.49a8p-2f, -0x1.ed0cbap-20f},
        {1.375f, 0x1.d678p-2f, -0x1.60fe68p-17f},
    };
    uint32_t bits = wick_bits_of_f32(x);
    int32_t exponent = 0;
    if (bits < 0x00800000u) {
        bits = wick_bits_of_f32(x * 0x1p+23f);
        exponent = -23;
    }
    const uint32_t offset = bits - 0x3f3504f3u; // from sqrt(1/2)
    exponent += (int32_t)(offset & 0xff800000u) / 0x800000;
    const float m = wick_f32_from_bits((offset & 0x7fffffu) + 0x3f3504f3u);
    const uint32_t row = (uint32_t)(m * 8.0f - 5.5f); // of the nearest, or next to it
    const pair rest = log2_near(m, rows[row].centre);
    const pair whole = sum((float)exponent + rows[row].high, rest.high);
    return sum(whole.high, whole.low + (rest.low + rows[row].low));
}

// 2^(y * l); the caller has clipped y.
static float exp2_product(float y, pair l)
{
    const pair p = product(y, l.high);
    if (!(p.high < 129.0f)) {
        return wick_infinity_f32();
    }
    if (p.high < -152.0f) {
        return 0.0f;
    }
    const float n = wick_rint_f32(p.high);
    const float f = (p.high - n) + (p.low + y * l.low);
    return wick_scale_f32(wick_exp2_f32(f), (int32_t)n);
}

// Whether y is whole, and odd.
static bool is_odd(float y)
{
    return wick_magnitude_f32(y) < 0x1p+24f && wick_rint_f32(y) == y &&
           wick_rint_f32(0.5f * y) != 0.5f * y;
}

// |x|^y where x is 0, infinite or 1, or y infinite.
static float power_of_special(float x, float y)
{
    if (x == 1.0f) {
        return 1.0f;
    }
    return (x > 1.0f) == (y > 0.0f) ? wick_infinity_f32() : 0.0f;
}

float wick_pow_f32(float x, float y)
{
    const float base = wick_magnitude_f32(x);
    const bool is_negative = wick_bits_of_f32(x) >> 31 != 0;
    if (x == 1.0f || y == 0.0f) {
        return 1.0f;
    }
    if (x != x || y != y) {
        return x + y;
    }
    if (is_negative && base < wick_infinity_f32() && base > 0.0f && wick_rint_f32(y) != y) {
        return wick_nan_f32();
    }
    float value;
    if (base == 0.0f || base == wick_infinity_f32() || base == 1.0f ||
        wick_magnitude_f32(y) == wick_infinity_f32()) {
        value = power_of_special(base, y);
    } else {
        // From 2^40 on, any base but 1 overflows or underflows.
        const float clipped = y > 0x1p+40f ? 0x1p+40f : y < -0x1p+40f ? -0x1p+40f : y;
        value = exp2_product(clipped, log2_pair(base));
    }
    return is_negative && is_odd(y) ? -value : value;
}
