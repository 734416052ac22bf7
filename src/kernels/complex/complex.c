// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/complex/complex.h"

#include "kernels/math/math.h"

static float magnitude(float x)
{
    return x < 0 ? -x : x;
}

wick_complex wick_complex_add(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re + b.re, a.im + b.im};
}

wick_complex wick_complex_sub(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re - b.re, a.im - b.im};
}

wick_complex wick_complex_mul(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}

wick_complex wick_complex_div(wick_complex a, wick_complex b)
{
    const float x = magnitude(b.re);
    const float y = magnitude(b.im);
    if (x == 0 && y == 0) {
        return (wick_complex){a.re / x, a.im / y};
    }
    if (x >= y) {
        const float ratio = b.im / b.re;
        const float scale = 1 / (b.re + b.im * ratio);
        return (wick_complex){(a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale};
    }
    const float ratio = b.re / b.im;
    const float scale = 1 / (b.re * ratio + b.im);
    return (wick_complex){(a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale};
}

wick_complex wick_complex_polar(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re * wick_cos_f32(b.re), a.re * wick_sin_f32(b.re)};
}

wick_complex wick_complex_of_parts(wick_complex a, wick_complex b)
{
    return (wick_complex){a.re, b.re};
}

wick_complex wick_complex_same(wick_complex a, wick_complex b)
{
    (void)b;
    return a;
}

wick_complex wick_complex_conj(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){a.re, -a.im};
}

wick_complex wick_complex_abs(wick_complex a, wick_complex b)
{
    (void)b;
    const float infinity = __builtin_inff();
    const float x = magnitude(a.re);
    const float y = magnitude(a.im);
    if (x == infinity || y == infinity) {
        return (wick_complex){infinity, 0};
    }
    const float large = x > y ? x : y;
    if (large == 0 || x != x || y != y) {
        return (wick_complex){x + y, 0};
    }
    const float ratio = (x > y ? y : x) / large;
    return (wick_complex){large * wick_sqrt_f32(1 + ratio * ratio), 0};
}

wick_complex wick_complex_angle(wick_complex a, wick_complex b)
{
    (void)b;
    return (wick_complex){wick_atan2_f32(a.im, a.re), 0};
}

wick_complex wick_complex_sgn(wick_complex a, wick_complex b)
{
    const float length = wick_complex_abs(a, b).re;
    return length == 0 ? (wick_complex){0, 0} : (wick_complex){a.re / length, a.im / length};
}

static wick_complex load(const float *data, ptrdiff_t at, uint8_t kind)
{
    return kind == WICK_COMPLEX_PAIR ? (wick_complex){data[2 * at], data[2 * at + 1]}
                                     : (wick_complex){data[at], 0};
}

static void store(void *data, ptrdiff_t at, uint8_t kind, wick_complex value)
{
    if (kind == WICK_COMPLEX_PAIR) {
        ((float *)data)[2 * at] = value.re;
        ((float *)data)[2 * at + 1] = value.im;
    } else if (kind == WICK_COMPLEX_REAL) {
        ((float *)data)[at] = value.re;
    } else {
        ((uint8_t *)data)[at] = value.re != 0;
    }
}

// Steps to the next position, the last loop fastest; false after the last.
static bool next(const wick_complex_plan *p, int32_t *counters, ptrdiff_t at[3])
{
    for (uint32_t d = p->rank; d-- > 0;) {
        counters[d]++;
        const bool goes_on = counters[d] < p->sizes[d];
        for (uint32_t k = 0; k < 3; k++) {
            at[k] += (ptrdiff_t)p->strides[k][d] * (goes_on ? 1 : 1 - p->sizes[d]);
        }
        if (goes_on) {
            return true;
        }
        counters[d] = 0;
    }
    return false;
}

void wick_complex_run(const wick_complex_plan *plan, wick_complex_function *function, const void *a,
                      const void *b, void *out)
{
    int32_t counters[WICK_MAX_RANK] = {0};
    ptrdiff_t at[3] = {0};
    for (uint32_t d = 0; d < plan->rank; d++) {
        if (plan->sizes[d] == 0) {
            return;
        }
    }
    do {
        const wick_complex none = {0, 0};
        store(out, at[2], plan->kinds[2],
              function(load(a, at[0], plan->kinds[0]),
                       b != 0 ? load(b, at[1], plan->kinds[1]) : none));
    } while (next(plan, counters, at));
}
