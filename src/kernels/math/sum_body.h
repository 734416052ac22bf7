// SPDX-License-Identifier: BSD-3-Clause
// The sum of sum.h for one type of arithmetic; included with NUMBER and NAMED(name).

typedef struct NAMED(wick_exact_sum) {
    NUMBER sum, carry;
} NAMED(wick_exact_sum);

static inline void NAMED(wick_exact_add)(NAMED(wick_exact_sum) * total, NUMBER value)
{
    const NUMBER y = value - total->carry;
    const NUMBER t = total->sum + y;
    total->carry = t - total->sum - y;
    // After an infinity the carry would be NaN and hide it.
    if (total->carry != total->carry) {
        total->carry = 0;
    }
    total->sum = t;
}

#undef NUMBER
#undef NAMED
