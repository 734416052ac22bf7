// SPDX-License-Identifier: BSD-3-Clause
// Softmax for one type of arithmetic; included with
//   NUMBER                      the type
//   FN(f)                       the function f of that type
//   LOAD(data, at, dtype), STORE(data, at, dtype, value)   one element as NUMBER
//   KEEPS(dtype)                whether out holds a NUMBER exactly
//   SOFTMAX, LOG_SOFTMAX        the names of the kernels

enum { CHUNK = 32 }; // elements of one partial sum

typedef struct row {
    const wick_softmax_params *p;
    const void *input;
    void *out;
    ptrdiff_t in_at, out_at; // first elements
    wick_nest_dim dim;
} row;

static NUMBER load(const row *r, int32_t i)
{
    return LOAD(r->input, r->in_at + (ptrdiff_t)i * r->dim.in, r->p->in_dtype);
}

static void store(const row *r, int32_t i, NUMBER value)
{
    STORE(r->out, r->out_at + (ptrdiff_t)i * r->dim.out, r->p->out_dtype, value);
}

// A NaN stays once it is found.
static NUMBER maximum(const row *r)
{
    NUMBER best = load(r, 0);
    for (int32_t i = 1; i < r->dim.size; i++) {
        const NUMBER value = load(r, i);
        if (!(value <= best) && best == best) {
            best = value;
        }
    }
    return best;
}

// Sum of exp(x - max); `keeps` leaves the terms in out.
static NUMBER sum_of_exponentials(const row *r, NUMBER max, bool keeps)
{
    NUMBER sum = 0;
    for (int32_t k = 0; k < r->dim.size; k += CHUNK) {
        const int32_t end = r->dim.size - k < CHUNK ? r->dim.size : k + CHUNK;
        NUMBER part = 0;
        for (int32_t i = k; i < end; i++) {
            const NUMBER e = FN(exp)(load(r, i) - max);
            part += e;
            if (keeps) {
                store(r, i, e);
            }
        }
        sum += part;
    }
    return sum;
}

static void softmax_row(const row *r)
{
    const NUMBER max = maximum(r);
    // Each exponential is computed once, but where half types would round what is kept.
    const bool keeps = KEEPS(r->p->out_dtype);
    const NUMBER sum = sum_of_exponentials(r, max, keeps);
    for (int32_t i = 0; i < r->dim.size; i++) {
        const NUMBER e = keeps ? ((const NUMBER *)r->out)[r->out_at + (ptrdiff_t)i * r->dim.out]
                               : FN(exp)(load(r, i) - max);
        store(r, i, e / sum);
    }
}

static void log_softmax_row(const row *r)
{
    const NUMBER max = maximum(r);
    const NUMBER log_sum = FN(log)(sum_of_exponentials(r, max, false));
    for (int32_t i = 0; i < r->dim.size; i++) {
        store(r, i, load(r, i) - max - log_sum);
    }
}

static void for_each_row(const wick_softmax_params *p, const void *input, void *out,
                         void (*visit)(const row *))
{
    if (wick_nest_count(p->dims, p->kept + 1) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        const row r = {p, input, out, at.in, at.out, p->dims[p->kept]};
        visit(&r);
    } while (wick_nest_next(&at, p->dims, p->kept));
}

void SOFTMAX(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, softmax_row);
}

void LOG_SOFTMAX(const wick_softmax_params *params, const void *input, void *out)
{
    for_each_row(params, input, out, log_softmax_row);
}
