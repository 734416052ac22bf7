// SPDX-License-Identifier: BSD-3-Clause
// Running sums and products for one type of arithmetic; included with the parameters of
// kernels/element/in_f32.h.

static void integer_line(const wick_line *line, bool is_product)
{
    const wick_lines *const l = line->lines;
    uint64_t total = is_product;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const uint64_t value =
            (uint64_t)INTEGER_OF(line->in, wick_line_at(line, 0, i), l->in_dtype);
        total = is_product ? total * value : total + value;
        wick_element_store_integer(line->out, wick_line_at(line, 1, i), l->out_dtype,
                                   (int64_t)total);
    }
}

// Element i as out_dtype would hold it.
static NUMBER converted(const wick_line *line, int32_t i)
{
    const wick_lines *const l = line->lines;
    const NUMBER value = LOAD(line->in, wick_line_at(line, 0, i), l->in_dtype);
    return l->in_dtype == l->out_dtype ? value : ROUNDED(value, l->out_dtype);
}

static void store(const wick_line *line, int32_t i, NUMBER value)
{
    STORE(line->out, wick_line_at(line, 1, i), line->lines->out_dtype, value);
}

static void sum_line(const wick_line *line)
{
    KERNEL(wick_exact_sum) total = {0, 0};
    if (!IS_REAL(line->lines->out_dtype)) {
        integer_line(line, false);
        return;
    }
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        KERNEL(wick_exact_add)(&total, converted(line, i));
        store(line, i, total.sum);
    }
}

static void product_line(const wick_line *line)
{
    NUMBER total = 1;
    if (!IS_REAL(line->lines->out_dtype)) {
        integer_line(line, true);
        return;
    }
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        total *= converted(line, i);
        store(line, i, total);
    }
}

// The sum is kept as exp(max) * sum, with the greatest element so far.
static void log_sum_line(const wick_line *line)
{
    NUMBER max = -INFINITE;
    KERNEL(wick_exact_sum) total = {0, 0};
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const NUMBER x = converted(line, i);
        if (!(x <= max)) {
            const NUMBER factor = max == x || total.sum == 0 ? 0 : FN(exp)(max - x);
            total = (KERNEL(wick_exact_sum)){total.sum * factor, total.carry * factor};
            max = x;
        }
        // Infinities would give NaN as a difference.
        KERNEL(wick_exact_add)(&total, x == max ? 1 : FN(exp)(x - max));
        store(line, i, max == -INFINITE ? max : max + FN(log)(total.sum));
    }
}

void KERNEL(wick_scan_sum)(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, sum_line);
}

void KERNEL(wick_scan_product)(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, product_line);
}

void KERNEL(wick_scan_log_sum)(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, log_sum_line);
}
