// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/softmax_table_s8.h"

enum { FRACTION_BITS = 16 };

// One row: its elements lie `step` apart.
typedef struct row {
    const wick_softmax_shape *shape;
    const int32_t *table;
    const int8_t *input;
    int8_t *out;
    ptrdiff_t step;
    int32_t maximum;
    uint32_t sum; // of exponentials, at least 1
} row;

typedef void fill_row(const row *r, const wick_log_softmax_scale *scale);

static uint32_t exponential(const row *r, int32_t distance)
{
    return distance < r->shape->table_count ? (uint32_t)r->table[distance] : 0u;
}

static void measure(row *r)
{
    r->maximum = INT8_MIN;
    for (int32_t i = 0; i < r->shape->size; i++) {
        const int8_t value = r->input[i * r->step];
        r->maximum = value > r->maximum ? value : r->maximum;
    }
    r->sum = 0;
    for (int32_t i = 0; i < r->shape->size; i++) {
        r->sum += exponential(r, r->maximum - r->input[i * r->step]);
    }
    r->sum += r->sum == 0;
}

static void fill_softmax(const row *r, const wick_log_softmax_scale *scale)
{
    static const wick_quant_range range = {INT8_MIN, INT8_MIN, INT8_MAX};
    (void)scale;
    for (int32_t i = 0; i < r->shape->size; i++) {
        const uint32_t t = exponential(r, r->maximum - r->input[i * r->step]);
        const uint32_t steps = ((uint32_t)r->shape->one * t + r->sum / 2) / r->sum;
        r->out[i * r->step] = wick_quant_narrow((int32_t)steps, &range);
    }
}

// Bit after bit: the square of a mantissa has twice its logarithm.
int32_t wick_log2_u32(uint32_t value)
{
    if (value == 0) {
        return 0;
    }
    int32_t whole = 31;
    while (value >> 31 == 0) {
        value <<= 1;
        whole--;
    }
    int32_t fraction = 0;
    for (int32_t i = 0; i < FRACTION_BITS; i++) {
        const uint64_t square = (uint64_t)value * value;
        const uint32_t is_two = (uint32_t)(square >> 63);
        value = (uint32_t)(square >> (31 + is_two));
        fraction = fraction << 1 | (int32_t)is_two;
    }
    return whole << FRACTION_BITS | fraction;
}

static void fill_log_softmax(const row *r, const wick_log_softmax_scale *scale)
{
    const int32_t log_sum = wick_log2_u32(r->sum) - (scale->one_bits << FRACTION_BITS);
    const int64_t base = (int64_t)log_sum * scale->log_step; // units of 2^-32
    for (int32_t i = 0; i < r->shape->size; i++) {
        const int64_t distance = r->maximum - r->input[i * r->step];
        const int64_t steps = base + distance * scale->step * (1 << FRACTION_BITS);
        const int32_t rounded = (int32_t)((steps + (INT64_C(1) << 31)) >> 32);
        r->out[i * r->step] = wick_quant_narrow(-rounded, &scale->range);
    }
}

static void visit_rows(row *r, const wick_log_softmax_scale *scale, fill_row *fill)
{
    const wick_softmax_shape *const s = r->shape;
    const int8_t *input = r->input;
    int8_t *out = r->out;
    const int32_t outer = s->size > 0 ? s->outer : 0; // rows without elements may be countless
    r->step = s->inner;
    for (int32_t o = 0; o < outer; o++) {
        for (int32_t i = 0; i < s->inner; i++) {
            r->input = input + i;
            r->out = out + i;
            measure(r);
            fill(r, scale);
        }
        input += (ptrdiff_t)s->size * s->inner;
        out += (ptrdiff_t)s->size * s->inner;
    }
}

void wick_softmax_table_s8(const wick_softmax_shape *shape, const int32_t *table,
                           const int8_t *input, int8_t *out)
{
    row r = {.shape = shape, .table = table, .input = input, .out = out};
    visit_rows(&r, 0, fill_softmax);
}

void wick_log_softmax_table_s8(const wick_softmax_shape *shape, const wick_log_softmax_scale *scale,
                               const int32_t *table, const int8_t *input, int8_t *out)
{
    row r = {.shape = shape, .table = table, .input = input, .out = out};
    visit_rows(&r, scale, fill_log_softmax);
}
