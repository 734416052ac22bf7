// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/math/sum.h"
#include "kernels/element/element.h"
#include "kernels/math/math.h"
#include "kernels/scan/scan.h"

static void integer_line(const wick_line *line, bool is_product)
{
    const wick_lines *const l = line->lines;
    uint64_t total = is_product;
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const uint64_t value =
            (uint64_t)wick_element_integer(line->in, wick_line_at(line, 0, i), l->in_dtype);
        total = is_product ? total * value : total + value;
        wick_element_store_integer(line->out, wick_line_at(line, 1, i), l->out_dtype,
                                   (int64_t)total);
    }
}

// Element i as out_dtype would hold it.
static float converted(const wick_line *line, int32_t i)
{
    const wick_lines *const l = line->lines;
    const float value = wick_element_load(line->in, wick_line_at(line, 0, i), l->in_dtype);
    return l->in_dtype == l->out_dtype ? value : wick_element_rounded(value, l->out_dtype);
}

static void store(const wick_line *line, int32_t i, float value)
{
    wick_element_store(line->out, wick_line_at(line, 1, i), line->lines->out_dtype, value);
}

static void sum_line(const wick_line *line)
{
    wick_exact_sum total = {0, 0};
    if (!wick_element_is_real(line->lines->out_dtype)) {
        integer_line(line, false);
        return;
    }
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        wick_exact_add(&total, converted(line, i));
        store(line, i, total.sum);
    }
}

static void product_line(const wick_line *line)
{
    float total = 1;
    if (!wick_element_is_real(line->lines->out_dtype)) {
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
    float max = -__builtin_inff();
    wick_exact_sum total = {0, 0};
    for (int32_t i = 0; i < wick_line_size(line); i++) {
        const float x = converted(line, i);
        if (!(x <= max)) {
            const float factor = max == x || total.sum == 0 ? 0 : wick_exp_f32(max - x);
            total = (wick_exact_sum){total.sum * factor, total.carry * factor};
            max = x;
        }
        // Infinities would give NaN as a difference.
        wick_exact_add(&total, x == max ? 1 : wick_exp_f32(x - max));
        store(line, i, max == -__builtin_inff() ? max : max + wick_log_f32(total.sum));
    }
}

void wick_scan_sum(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, sum_line);
}

void wick_scan_product(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, product_line);
}

void wick_scan_log_sum(const wick_lines *lines, const void *in, void *out)
{
    wick_lines_each(lines, in, out, 0, log_sum_line);
}
