// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/rounding.h"

#include <stdbool.h>
#include <stdint.h>

typedef union float_bits {
    float value;
    uint32_t bits;
} float_bits;

float wick_trunc_f32(float x)
{
    float_bits u = {.value = x};
    const uint32_t exponent = u.bits >> 23 & 0xffu;
    if (exponent >= 127 + 23) { // whole already, infinite or NaN
        return x;
    }
    u.bits &= exponent < 127 ? 0x80000000u : ~(0x7fffffu >> (exponent - 127));
    return u.value;
}

float wick_floor_f32(float x)
{
    const float whole = wick_trunc_f32(x);
    return whole > x ? whole - 1.0f : whole;
}

float wick_rint_f32(float x)
{
    const float whole = wick_trunc_f32(x);
    const float rest = whole > x ? whole - x : x - whole;
    // A half goes on where the whole part is odd, that is where its half has a fraction.
    const bool is_odd = wick_trunc_f32(0.5f * whole) != 0.5f * whole;
    float_bits u = {.value = whole};
    if (rest > 0.5f || (rest == 0.5f && is_odd)) {
        u.value = x < 0 ? whole - 1.0f : whole + 1.0f;
    }
    const float_bits sign = {.value = x};
    u.bits |= sign.bits & 0x80000000u; // of a zero
    return u.value;
}

typedef struct significand {
    uint32_t value; // bit 23 set
    int32_t exponent;
} significand;

// Significand and exponent of a finite magnitude above 0; subnormals are shifted up.
static significand split(uint32_t magnitude)
{
    significand out = {(magnitude & 0x7fffffu) | 0x800000u, (int32_t)(magnitude >> 23)};
    if (out.exponent == 0) {
        out.value = magnitude;
        out.exponent = 1;
        for (; out.value < 0x800000u; out.value <<= 1) {
            out.exponent--;
        }
    }
    return out;
}

float wick_fmod_f32(float a, float b)
{
    float_bits u = {.value = a};
    const float_bits v = {.value = b};
    const uint32_t sign = u.bits & 0x80000000u;
    const uint32_t dividend = u.bits & 0x7fffffffu;
    const uint32_t divisor = v.bits & 0x7fffffffu;
    if (dividend >= 0x7f800000u || divisor > 0x7f800000u || divisor == 0) {
        u.bits = 0x7fc00000u;
        return u.value;
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
    if (rest.value == 0) {
        u.bits = sign;
        return u.value;
    }
    for (; rest.value < 0x800000u; rest.value <<= 1) {
        rest.exponent--;
    }
    if (rest.exponent > 0) {
        u.bits = sign | (uint32_t)rest.exponent << 23 | (rest.value & 0x7fffffu);
    } else {
        u.bits = sign |
                 rest.value >> (1 - rest.exponent); // no bits are lost: the divisor had none below
    }
    return u.value;
}
