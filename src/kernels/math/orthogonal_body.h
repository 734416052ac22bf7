// SPDX-License-Identifier: BSD-3-Clause
// Orthogonal polynomials of degree n, for one type: included with NUMBER, FN(f), LIT(v) and
// HERMITE_MOST, the highest degree of those of Hermite that is computed.
//
// Result  by the recurrence; those of Chebyshev from some degree on by the cosine of n acos(x), at
//         1 and -1 exact. A degree below 0 gives 0, one that is not finite too, NaN as x gives NaN
//         from degree 1 on.
// Source  the order of evaluation of PyTorch's ATen/native/Math.h.

typedef enum chebyshev_kind { KIND_T, KIND_U, KIND_V, KIND_W } chebyshev_kind;

// The whole part of a degree; -1 if it is none.
static int64_t degree_of(NUMBER n)
{
    return n < LIT(9.0e18) && n > -LIT(9.0e18) ? (int64_t)n : -1;
}

// At 1, or at -1.
static NUMBER chebyshev_at_end(chebyshev_kind kind, bool is_above, int64_t n)
{
    const NUMBER sign = is_above || n % 2 == 0 ? LIT(1.0) : -LIT(1.0);
    const NUMBER twice = (NUMBER)(n + n + 1);
    switch (kind) {
    case KIND_T:
        return sign;
    case KIND_U:
        return sign * (NUMBER)(n + 1);
    case KIND_V:
        return is_above ? LIT(1.0) : sign * twice;
    case KIND_W:
        return is_above ? twice : sign;
    }
    return sign;
}

// Between -1 and 1.
static NUMBER chebyshev_inside(chebyshev_kind kind, NUMBER x, int64_t n)
{
    const NUMBER angle = FN(acos)(x);
    const NUMBER half = angle / LIT(2.0);
    const NUMBER middle = ((NUMBER)n + LIT(0.5)) * angle;
    switch (kind) {
    case KIND_T:
        return FN(cos)((NUMBER)n * angle);
    case KIND_U:
        return FN(sin)((NUMBER)(n + 1) * angle) / FN(sin)(angle);
    case KIND_V:
        return FN(sin)(half) != LIT(1.0) ? FN(cos)(middle) / FN(cos)(half)
                                         : chebyshev_at_end(kind, false, n);
    case KIND_W:
        return FN(cos)(half) != LIT(1.0) ? FN(sin)(middle) / FN(sin)(half)
                                         : chebyshev_at_end(kind, x > LIT(0.0), n);
    }
    return angle;
}

static NUMBER chebyshev(chebyshev_kind kind, NUMBER x, NUMBER degree, int64_t last_by_sum)
{
    static const NUMBER added[] = {LIT(0.0), LIT(0.0), -LIT(1.0), LIT(1.0)};
    const int64_t n = degree_of(degree);
    const NUMBER a = FN(magnitude)(x);
    if (n <= 0) {
        return n < 0 ? LIT(0.0) : LIT(1.0);
    }
    if (a == LIT(1.0)) {
        return chebyshev_at_end(kind, x > LIT(0.0), n);
    }
    if (n > last_by_sum && a < LIT(1.0)) {
        return chebyshev_inside(kind, x, n);
    }
    NUMBER p = LIT(1.0);
    NUMBER q = kind == KIND_T ? x : x + x + added[kind];
    for (int64_t k = 2; k <= n && q == q; k++) {
        const NUMBER r = (x + x) * q - p;
        p = q;
        q = r;
    }
    return q;
}

#define CHEBYSHEV(name, kind)                                 \
    NUMBER FN(chebyshev_##name)(NUMBER x, NUMBER n)           \
    {                                                         \
        return chebyshev(kind, x, n, kind == KIND_T ? 6 : 8); \
    }                                                         \
    NUMBER FN(shifted_chebyshev_##name)(NUMBER x, NUMBER n)   \
    {                                                         \
        return chebyshev(kind, x + x - LIT(1.0), n, 6);       \
    }
CHEBYSHEV(t, KIND_T)
CHEBYSHEV(u, KIND_U)
CHEBYSHEV(v, KIND_V)
CHEBYSHEV(w, KIND_W)
#undef CHEBYSHEV

// Hermite's: factor 2 of the physicists, 1 of the probabilists.
static NUMBER hermite(NUMBER x, NUMBER degree, NUMBER factor)
{
    const int64_t n = degree_of(degree);
    if (n <= 0) {
        return n < 0 ? LIT(0.0) : LIT(1.0);
    }
    if (n > HERMITE_MOST) {
        return FN(nan)();
    }
    NUMBER p = LIT(1.0);
    NUMBER q = factor * x;
    for (int64_t k = 1; k < n; k++) {
        const NUMBER r = factor * x * q - factor * (NUMBER)k * p;
        p = q;
        q = r;
    }
    return q;
}

NUMBER FN(hermite_h)(NUMBER x, NUMBER n)
{
    return hermite(x, n, LIT(2.0));
}

NUMBER FN(hermite_he)(NUMBER x, NUMBER n)
{
    return hermite(x, n, LIT(1.0));
}

NUMBER FN(laguerre_l)(NUMBER x, NUMBER degree)
{
    const int64_t n = degree_of(degree);
    if (n <= 0 || x == LIT(0.0)) {
        return n < 0 ? LIT(0.0) : LIT(1.0);
    }
    NUMBER p = LIT(1.0);
    NUMBER q = LIT(1.0) - x;
    for (int64_t k = 1; k < n && q == q; k++) {
        const NUMBER at = (NUMBER)k;
        const NUMBER r = ((at + at + (LIT(1.0) - x)) * q - at * p) / (at + LIT(1.0));
        p = q;
        q = r;
    }
    return q;
}

NUMBER FN(legendre_p)(NUMBER x, NUMBER degree)
{
    const int64_t n = degree_of(degree);
    if (n <= 0 || FN(magnitude)(x) == LIT(1.0)) {
        return n < 0 ? LIT(0.0) : x > LIT(0.0) || n % 2 == 0 ? LIT(1.0) : -LIT(1.0);
    }
    NUMBER p = LIT(1.0);
    NUMBER q = x;
    for (int64_t k = 1; k < n && q == q; k++) {
        const NUMBER at = (NUMBER)k;
        const NUMBER r = ((at + at + LIT(1.0)) * x * q - at * p) / (at + LIT(1.0));
        p = q;
        q = r;
    }
    return q;
}
