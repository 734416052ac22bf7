// SPDX-License-Identifier: BSD-3-Clause
// The norms of norm.h for one type of arithmetic; included with NUMBER, NAMED(name), FN(f) and
// INFINITE.

typedef struct NAMED(wick_norm) {
    NUMBER order;
    NAMED(wick_exact_sum) total; // of an infinite order: the extreme, in total.sum
} NAMED(wick_norm);

static inline NAMED(wick_norm) NAMED(wick_norm_start)(NUMBER order)
{
    return (NAMED(wick_norm)){order, {order == -INFINITE ? INFINITE : 0, 0}};
}

static inline NUMBER NAMED(wick_norm_term)(NUMBER magnitude, NUMBER order)
{
    if (order == 2) {
        return magnitude * magnitude;
    }
    if (order == 1) {
        return magnitude;
    }
    return order == 0 ? magnitude != 0 : FN(exp)(order * FN(log)(magnitude));
}

static inline void NAMED(wick_norm_add)(NAMED(wick_norm) * norm, NUMBER x)
{
    const NUMBER magnitude = x < 0 ? -x : x;
    const NUMBER best = norm->total.sum;
    if (norm->order == INFINITE) {
        norm->total.sum = magnitude > best || magnitude != magnitude ? magnitude : best;
    } else if (norm->order == -INFINITE) {
        norm->total.sum = magnitude < best || magnitude != magnitude ? magnitude : best;
    } else {
        NAMED(wick_exact_add)(&norm->total, NAMED(wick_norm_term)(magnitude, norm->order));
    }
}

static inline NUMBER NAMED(wick_norm_root)(const NAMED(wick_norm) * norm)
{
    const NUMBER total = norm->total.sum;
    const NUMBER order = norm->order;
    if (order == 2) {
        return FN(sqrt)(total);
    }
    const bool is_itself = order == 0 || order == 1 || order == INFINITE || order == -INFINITE;
    return is_itself ? total : FN(exp)(FN(log)(total) / order);
}

#undef NUMBER
#undef NAMED
#undef FN
#undef INFINITE
