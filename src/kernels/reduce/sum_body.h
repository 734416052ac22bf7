// SPDX-License-Identifier: BSD-3-Clause
// Sums and means for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

enum { CHUNK = 128 }; // elements of one partial sum

static NUMBER sum_run(const NUMBER *x, ptrdiff_t stride, int32_t count)
{
    NUMBER s0 = 0, s1 = 0, s2 = 0, s3 = 0;
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

static NUMBER sum_run_any(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                          ptrdiff_t stride, int32_t count)
{
    NUMBER sum = 0;
    for (int32_t i = 0; i < count; i++) {
        const NUMBER value = REAL_OF(input, at, p->in_dtype);
        sum += p->in_dtype == p->out_dtype ? value : ROUNDED(value, p->out_dtype);
        at += stride;
    }
    return sum;
}

// Sum of one row (the last reduced dimension), cut into chunks.
static void add_row(const wick_reduce_params *p, const void *input, ptrdiff_t at,
                    KERNEL(wick_exact_sum) * total)
{
    const wick_nest_dim row = p->dims[p->kept + p->reduced - 1];
    const bool is_plain = p->in_dtype == WIDEST && p->out_dtype == WIDEST;
    for (int32_t i = 0; i < row.size; i += CHUNK) {
        const int32_t count = row.size - i < CHUNK ? row.size - i : CHUNK;
        const NUMBER part = is_plain ? sum_run((const NUMBER *)input + at, row.in, count)
                                     : sum_run_any(p, input, at, row.in, count);
        KERNEL(wick_exact_add)(total, part);
        at += (ptrdiff_t)count * row.in;
    }
}

static NUMBER sum_real(const wick_reduce_params *p, const void *input, ptrdiff_t first)
{
    KERNEL(wick_exact_sum) total = {0, 0};
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
            total |= REAL_OF(input, at.in, p->in_dtype) != 0;
        } else {
            total += (uint64_t)INTEGER_OF(input, at.in, p->in_dtype);
        }
    } while (wick_nest_next(&at, p->dims + p->kept, p->reduced));
    return (int64_t)total;
}

static void store_empty(const wick_reduce_params *p, void *out, ptrdiff_t at)
{
    if (IS_REAL(p->out_dtype)) {
        STORE_REAL(out, at, p->out_dtype, p->is_mean ? NOT_A_NUMBER : 0);
    } else {
        wick_element_store_integer(out, at, p->out_dtype, 0);
    }
}

void KERNEL(wick_reduce_sum)(const wick_reduce_params *params, const void *input, void *out)
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
        } else if (IS_REAL(p->out_dtype)) {
            const NUMBER sum = sum_real(p, input, at.in);
            STORE_REAL(out, at.out, p->out_dtype, p->is_mean ? sum / (NUMBER)count : sum);
        } else {
            wick_element_store_integer(out, at.out, p->out_dtype, sum_integer(p, input, at.in));
        }
    } while (wick_nest_next(&at, p->dims, p->kept));
}
