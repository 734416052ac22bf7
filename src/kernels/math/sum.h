// SPDX-License-Identifier: BSD-3-Clause
// A sum of floats that carries its rounding error (Kahan).
#ifndef WICK_KERNELS_MATH_SUM_H
#define WICK_KERNELS_MATH_SUM_H

typedef struct wick_exact_sum {
    float sum, carry;
} wick_exact_sum;

static inline void wick_exact_add(wick_exact_sum *total, float value)
{
    const float y = value - total->carry;
    const float t = total->sum + y;
    total->carry = t - total->sum - y;
    // After an infinity the carry would be NaN and hide it.
    if (total->carry != total->carry) {
        total->carry = 0;
    }
    total->sum = t;
}

#endif
