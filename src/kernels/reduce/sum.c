// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/sum.h"
#include "kernels/element/element.h"
#include "kernels/reduce/reduce.h"

enum { CHUNK = 128 }; // elements of one partial sum

static float sum_run_f32(const float *x, ptrdiff_t stride, int32_t count)
{
    float s0 = 0, s1 = 0, s2 = 0, s3 = 0;
    int32_t i = count;
    for (; i >= 4; i -= 4) {
        s0 += x[0];
        s1 += x[stride];
        s2 += x[2 * stride];
        s3 += x[3 * stride];
        x += 4 * stride;
    }
    for (; i > 0; i--) {
        s0 += *x;
        x += stride;
    }
    return (s0 + s1) + (s2 + s3);
}

static float sum_run_any(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                         ptrdiff_t stride, int32_t count)
{
    float sum = 0;
    for (int32_t i = 0; i < count; i++) {
        const float value = wick_element_real(input, at, p->in_dtype);
        sum += p->in_dtype == p->out_dtype ? value : wick_element_rounded(value, p->out_dtype);
        at += stride;
    }
    return sum;
}

// Sum of one row (the last reduced dimension), cut into chunks.
static void add_row(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                    wick_exact_sum *total)
{
    const wick_nest_dim row = p->dims[p->kept + p->reduced - 1];
    const bool is_plain = p->in_dtype == WICK_FLOAT32 && p->out_dtype == WICK_FLOAT32;
    for (int32_t i = 0; i < row.size; i += CHUNK) {
        const int32_t count = row.size - i < CHUNK ? row.size - i : CHUNK;
        const float part = is_plain ? sum_run_f32((const float *)input + at, row.in, count)
                                    : sum_run_any(p, input, at, row.in, count);
        wick_exact_add(total, part);
        at += (ptrdiff_t)count * row.in;
    }
}

static float sum_real(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    wick_exact_sum total = {0, 0};
    wick_nest_position at = {.in = first};
    do {
        add_row(p, input, at.in, &total);
    } while (wick_nest_next(&at, p->dims + p->kept, p->reduced - 1));
    return total.sum;
}

// Integers and bool; a real input is truncated first, to bool it is whether it is not 0.
static int64_t sum_integer(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    uint64_t total = 0;
    wick_nest_position at = {.in = first};
    do {
        if (p->out_dtype == WICK_BOOL) {
            total |= wick_element_real(input, at.in, p->in_dtype) != 0;
        } else {
            total += (uint64_t)wick_element_integer(input, at.in, p->in_dtype);
        }
    } while (wick_nest_next(&at, p->dims + p->kept, p->reduced));
    return (int64_t)total;
}

static void store_empty(const wick_reduce_params *p, void *out, ptrdiff_t at)
{
    if (wick_element_is_real(p->out_dtype)) {
        wick_element_store_real(out, at, p->out_dtype, p->is_mean ? __builtin_nanf("") : 0);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, 0);
    }
}

void wick_reduce_sum(const wick_reduce_params *params, const void *input, void *out)
{
    const wick_reduce_params *const p = params;
    const size_t count = wick_nest_count(p->dims + p->kept, p->reduced);
    if (wick_nest_count(p->dims, p->kept) == 0) {
        return;
    }
    wick_nest_position at = {0};
    do {
        if (count == 0) {
            store_empty(p, out, at.out);
        } else if (wick_element_is_real(p->out_dtype)) {
            const float sum = sum_real(p, input, at.in);
            wick_element_store_real(out, at.out, p->out_dtype,
                                    p->is_mean ? sum / (float)count : sum);
        } else {
            wick_element_store_integer(out, at.out, p->out_dtype, sum_integer(p, input, at.in));
        }
    } while (wick_nest_next(&at, p->dims, p->kept));
}
