// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/loss/loss.h"

#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/math/sum.h"

typedef struct terms {
    float x, t, w, v, p, q;
    int32_t bits; // of integers in which eager computes: negative if they are signed; else 0
} terms;

typedef float term(const terms *a);

static float magnitude(float x)
{
    return x < 0 ? -x : x;
}

// The greater; NaN stays.
static float at_least(float x, float low)
{
    return x < low ? low : x;
}

// log(1 + x), exact where 1 + x is rounded too.
static float log_of_1_plus(float x)
{
    const float sum = 1 + x;
    if (sum == 1 || sum - 1 == sum) { // x vanishes beside 1, or is infinite
        return sum == 1 ? x : wick_log_f32(sum);
    }
    return wick_log_f32(sum) * (x / (sum - 1));
}

static float x_log_y(float x, float y)
{
    return x == 0 && y == y ? 0 : x * wick_log_f32(y);
}

// log(t!) by Stirling's formula
static float stirling(float t)
{
    return t * wick_log_f32(t) - t + 0.5f * wick_log_f32(6.2831853f * t);
}

// A whole number as integers of so many bits hold it.
static float wrapped(int32_t bits, float x)
{
    if (bits == 0) {
        return x;
    }
    const uint32_t size = 1u << (bits < 0 ? -bits : bits);
    const uint32_t rest = (uint32_t)(int32_t)x & (size - 1);
    return bits < 0 && rest >= size / 2 ? (float)rest - (float)size : (float)rest;
}

static float load(const wick_loss_params *p, uint32_t k, const ptrdiff_t *at)
{
    return p->data[k] ? wick_element_load(p->data[k], at[k], p->dtypes[k]) : 1;
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
    wick_exact_sum total = {0, 0};
    for (bool more = count > 0; more; more = next(p, counter, at)) {
        const terms a = {
            load(p, 0, at), load(p, 1, at), load(p, 2, at), p->is_full ? 0 : load(p, 3, at),
            p->p,           p->q,           p->bits};
        const float value = term_of(&a);
        if (p->reduction == WICK_LOSS_NONE) {
            wick_element_store(out, at[WICK_LOSS_TENSORS], p->out_dtype, value);
        } else {
            wick_exact_add(&total, value);
        }
    }
    if (p->reduction != WICK_LOSS_NONE) {
        const bool is_mean = p->reduction == WICK_LOSS_MEAN;
        wick_element_store(out, 0, p->out_dtype, is_mean ? total.sum / (float)count : total.sum);
    }
}

#define WICK_LOSS(name, expression)                                  \
    static float name##_term(const terms *a)                         \
    {                                                                \
        const float x = a->x, t = a->t, w = a->w, v = a->v;          \
        const float p = a->p, q = a->q;                              \
        const int32_t bits = a->bits;                                \
        (void)w, (void)v, (void)p, (void)q, (void)bits;              \
        return expression;                                           \
    }                                                                \
    void wick_loss_##name(const wick_loss_params *params, void *out) \
    {                                                                \
        run(params, out, name##_term);                               \
    }
#include "kernels/loss/loss.def"
#undef WICK_LOSS
