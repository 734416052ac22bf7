// SPDX-License-Identifier: BSD-3-Clause
// Steps on reals for one type; included by numbers.h with
//   NUMBER  the type
//   FN(f)   the function f of that type
//   LIT(v)  a number of that type

static inline NUMBER FN(smaller)(NUMBER a, NUMBER b)
{
    return b < a || b != b ? b : a;
}

static inline NUMBER FN(larger)(NUMBER a, NUMBER b)
{
    return b > a || b != b ? b : a;
}

// Quotient rounded down as PyTorch (and Python) define it: from the exact remainder, not from a /
// b.
static inline NUMBER FN(quotient_floor)(NUMBER a, NUMBER b)
{
    const NUMBER plain = a / b;
    if (b == LIT(0.0)) {
        return plain;
    }
    const NUMBER rest = FN(fmod)(a, b);
    NUMBER quotient = (a - rest) / b;
    if (rest != LIT(0.0) && (b < LIT(0.0)) != (rest < LIT(0.0))) {
        quotient -= LIT(1.0);
    }
    if (quotient == LIT(0.0)) {
        return plain < LIT(0.0) || LIT(1.0) / plain < LIT(0.0) ? -LIT(0.0) : LIT(0.0);
    }
    const NUMBER whole = FN(floor)(quotient);
    return quotient - whole > LIT(0.5) ? whole + LIT(1.0) : whole;
}

// Remainder with the sign of b (Python's %), and with that of a (C's).
static inline NUMBER FN(remainder)(NUMBER a, NUMBER b)
{
    const NUMBER rest = FN(fmod)(a, b);
    return rest != LIT(0.0) && (b < LIT(0.0)) != (rest < LIT(0.0)) ? rest + b : rest;
}

// log(x / (1 - x)), x first brought into [low, high].
static inline NUMBER FN(logit)(NUMBER x, NUMBER low, NUMBER high)
{
    const NUMBER z = x < low ? low : x > high ? high : x;
    return FN(log)(z / (LIT(1.0) - z));
}
