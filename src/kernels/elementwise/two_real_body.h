// SPDX-License-Identifier: BSD-3-Clause
// Steps on two reals for one type; included by two_numbers.h with
//   NUMBER  the type
//   FN(f)   the function f of that type
//   LIT(v)  a number of that type

// a^b; the exponents that eager PyTorch multiplies out or takes roots for are exact here too.
static inline NUMBER FN(power)(NUMBER a, NUMBER b)
{
    if (b == LIT(2.0)) {
        return a * a;
    }
    if (b == LIT(0.5)) {
        return a == -FN(infinity)() ? FN(infinity)() : FN(sqrt)(a);
    }
    return b == -LIT(1.0) ? LIT(1.0) / a : FN(pow)(a, b);
}

// sqrt(a^2 + b^2) without overflow on the way.
static inline NUMBER FN(hypot)(NUMBER a, NUMBER b)
{
    const NUMBER x = FN(magnitude)(a);
    const NUMBER y = FN(magnitude)(b);
    const NUMBER larger = x > y ? x : y;
    const NUMBER smaller = x > y ? y : x;
    if (x == FN(infinity)() || y == FN(infinity)()) {
        return FN(infinity)();
    }
    if (x != x || y != y || larger == LIT(0.0)) {
        return x + y;
    }
    const NUMBER ratio = smaller / larger;
    return larger * FN(sqrt)(LIT(1.0) + ratio * ratio);
}

// log(exp(a) + exp(b)), and of powers of 2.
static inline NUMBER FN(logaddexp)(NUMBER a, NUMBER b)
{
    if (a == b && FN(magnitude)(a) == FN(infinity)()) {
        return a;
    }
    return FN(larger)(a, b) + FN(log1p)(FN(exp)(-FN(magnitude)(a - b)));
}

static inline NUMBER FN(logaddexp2)(NUMBER a, NUMBER b)
{
    if (a == b && FN(magnitude)(a) == FN(infinity)()) {
        return a;
    }
    const NUMBER rest = FN(log1p)(FN(exp2)(-FN(magnitude)(a - b)));
    return FN(larger)(a, b) + rest * LIT(1.44269504088896340736);
}

// a + weight * (b - a), from the nearer end.
static inline NUMBER FN(lerp)(NUMBER a, NUMBER b, NUMBER weight)
{
    return FN(magnitude)(weight) < LIT(0.5) ? a + weight * (b - a)
                                            : b - (b - a) * (LIT(1.0) - weight);
}
