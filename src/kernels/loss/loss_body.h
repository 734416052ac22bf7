// SPDX-License-Identifier: BSD-3-Clause
// Losses for one type of arithmetic; included with the parameters of kernels/element/in_f32.h.

typedef struct terms {
    NUMBER x, t, w, v, p, q;
    int32_t bits; // of integers in which eager computes: negative if they are signed; else 0
} terms;

typedef NUMBER term(const terms *a);

static NUMBER magnitude(NUMBER x)
{
    return x < 0 ? -x : x;
}

// The greater; NaN stays.
static NUMBER at_least(NUMBER x, NUMBER low)
{
    return x < low ? low : x;
}

// log(1 + x), exact where 1 + x is rounded too.
static NUMBER log_of_1_plus(NUMBER x)
{
    const NUMBER sum = 1 + x;
    if (sum == 1 || sum - 1 == sum) { // x vanishes beside 1, or is infinite
        return sum == 1 ? x : FN(log)(sum);
    }
    return FN(log)(sum) * (x / (sum - 1));
}

static NUMBER x_log_y(NUMBER x, NUMBER y)
{
    return x == 0 && y == y ? 0 : x * FN(log)(y);
}

// log(t!) by Stirling's formula
static NUMBER stirling(NUMBER t)
{
    return t * FN(log)(t) - t + (NUMBER)0.5 * FN(log)((NUMBER)6.283185307179586 * t);
}

// A whole number as integers of so many bits hold it.
static NUMBER wrapped(int32_t bits, NUMBER x)
{
    if (bits == 0) {
        return x;
    }
    const uint32_t size = 1u << (bits < 0 ? -bits : bits);
    const uint32_t rest = (uint32_t)(int32_t)x & (size - 1);
    return bits < 0 && rest >= size / 2 ? (NUMBER)rest - (NUMBER)size : (NUMBER)rest;
}

static NUMBER load(const wick_loss_params *p, uint32_t k, const ptrdiff_t *at)
{
    return p->data[k] ? LOAD(p->data[k], at[k], p->dtypes[k]) : 1;
}

static void move(const wick_loss_params *p, uint32_t dim, int32_t count, ptrdiff_t *at)
{
    for (uint32_t k = 0; k <= WICK_LOSS_TENSORS; k++) {
        at[k] += (ptrdiff_t)count * p->strides[k][dim];
    }
}

// Steps to the next element; false after the last.
static bool next(const wick_loss_params *p, int32_t *counter, ptrdiff_t *at)
{
    for (uint32_t d = p->rank; d-- > 0;) {
        move(p, d, 1, at);
        if (++counter[d] < p->sizes[d]) {
            return true;
        }
        move(p, d, -p->sizes[d], at);
        counter[d] = 0;
    }
    return false;
}

static size_t count_elements(const wick_loss_params *p)
{
    size_t count = 1;
    for (uint32_t d = 0; d < p->rank; d++) {
        count *= (size_t)p->sizes[d];
    }
    return count;
}

static void run(const wick_loss_params *p, void *out, term *term_of)
{
    const size_t count = count_elements(p);
    ptrdiff_t at[WICK_LOSS_TENSORS + 1] = {0};
    int32_t counter[WICK_MAX_RANK] = {0};
    KERNEL(wick_exact_sum) total = {0, 0};
    for (bool more = count > 0; more; more = next(p, counter, at)) {
        const terms a = {
            load(p, 0, at), load(p, 1, at), load(p, 2, at), p->is_full ? 0 : load(p, 3, at),
            p->KERNEL(p),   p->KERNEL(q),   p->bits};
        const NUMBER value = term_of(&a);
        if (p->reduction == WICK_LOSS_NONE) {
            STORE(out, at[WICK_LOSS_TENSORS], p->out_dtype, value);
        } else {
            KERNEL(wick_exact_add)(&total, value);
        }
    }
    if (p->reduction != WICK_LOSS_NONE) {
        const bool is_mean = p->reduction == WICK_LOSS_MEAN;
        STORE(out, 0, p->out_dtype, is_mean ? total.sum / (NUMBER)count : total.sum);
    }
}

#define WICK_LOSS(name, expression)                                          \
    static NUMBER name##_term(const terms *a)                                \
    {                                                                        \
        const NUMBER x = a->x, t = a->t, w = a->w, v = a->v;                 \
        const NUMBER p = a->p, q = a->q;                                     \
        const int32_t bits = a->bits;                                        \
        (void)w, (void)v, (void)p, (void)q, (void)bits;                      \
        return expression;                                                   \
    }                                                                        \
    void KERNEL(wick_loss_##name)(const wick_loss_params *params, void *out) \
    {                                                                        \
        run(params, out, name##_term);                                       \
    }
#include "kernels/loss/loss.def"
#undef WICK_LOSS
