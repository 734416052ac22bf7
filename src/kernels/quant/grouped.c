// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/grouped.h"

#include "kernels/elementwise/convert.h"

enum { CHUNK = WICK_CHUNK_BYTES / sizeof(float) };

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static const void *element(uint32_t dtype, const void *data, uint64_t index)
{
    return (const uint8_t *)data + index * wick_dtype_size_bytes(dtype);
}

// Turns `count` integers, in float32, to values; their scales stand from `index` on, `stride` (0 or
// 1) elements apart.
static void scale(const wick_grouped_scales *s, uint64_t index, int32_t stride, uint32_t count,
                  float *values)
{
    const wick_elements some = {s->dtype, stride, count};
    float factors[CHUNK], zeros[CHUNK];
    wick_read_f32(&some, element(s->dtype, s->scales, index), factors);
    if (s->zero_points) {
        wick_read_f32(&some, element(s->dtype, s->zero_points, index), zeros);
    }
    for (uint32_t i = 0; i < count; i++) {
        values[i] = (s->zero_points ? values[i] - zeros[i] : values[i]) * factors[i];
    }
}

static void unpack(const wick_grouped_table *t, const uint8_t *row, uint32_t first, uint32_t count,
                   float *values)
{
    if (t->bits == 8) {
        wick_read_f32(&(wick_elements){t->dtype, 1, count}, row + first, values);
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t at = first + i;
        const uint32_t integer = t->bits == 4 ? (uint32_t)row[at / 2] >> (at % 2 ? 0 : 4) & 15u
                                              : (uint32_t)row[at / 4] >> (2 * (at % 4)) & 3u;
        values[i] = (float)((int32_t)integer - (t->bits == 4 ? 8 : 2));
    }
}

void wick_grouped_row(const wick_grouped_table *table, uint64_t row, const void *weight,
                      const wick_grouped_scales *scales, void *out)
{
    const uint32_t size = table->depth / table->groups;
    const uint8_t *const from =
        (const uint8_t *)weight + row * ((uint64_t)table->depth * table->bits / 8);
    uint8_t *to = out;
    for (uint32_t first = 0, count; first < table->depth; first += count) {
        float values[CHUNK];
        count = least(CHUNK, size - first % size);
        unpack(table, from, first, count, values);
        scale(scales, row * table->groups + first / size, 0, count, values);
        wick_write_f32(&(wick_elements){table->out_dtype, 1, count}, values, to);
        to += (uint64_t)count * wick_dtype_size_bytes(table->out_dtype);
    }
}

// Elements first .. first + count - 1 of one column of products; count stays inside a group.
static void weights_of(const wick_mixed *p, uint32_t col, uint32_t first, uint32_t count,
                       const int8_t *weight, const wick_grouped_scales *scales, float *values)
{
    if (p->is_transposed) {
        const int8_t *const from = weight + (uint64_t)col * p->depth + first;
        wick_read_f32(&(wick_elements){WICK_INT8, 1, count}, from, values);
        scale(scales, (uint64_t)col * p->groups + first / (p->depth / p->groups), 0, count, values);
    } else {
        const int8_t *const from = weight + (uint64_t)first * p->cols + col;
        wick_read_f32(&(wick_elements){WICK_INT8, (int32_t)p->cols, count}, from, values);
        scale(scales, first, 1, count, values);
    }
}

static float dot(const wick_mixed *p, uint32_t col, const void *row, const int8_t *weight,
                 const wick_grouped_scales *scales)
{
    const uint32_t size = p->is_transposed && p->depth ? p->depth / p->groups : CHUNK;
    float sum = 0;
    for (uint32_t first = 0, count; first < p->depth; first += count) {
        float values[CHUNK], inputs[CHUNK];
        count = least(p->depth - first, least(CHUNK, size - first % size));
        weights_of(p, col, first, count, weight, scales, values);
        wick_read_f32(&(wick_elements){p->dtype, 1, count}, element(p->dtype, row, first), inputs);
        for (uint32_t i = 0; i < count; i++) {
            sum += inputs[i] * values[i];
        }
    }
    return sum;
}

void wick_mixed_product(const wick_mixed *plan, const void *input, const void *weight,
                        const wick_grouped_scales *scales, void *out)
{
    const wick_elements one = {plan->out_dtype, 1, 1};
    uint8_t *to = out;
    for (uint32_t row = 0; row < plan->rows; row++) {
        const void *const from = element(plan->dtype, input, (uint64_t)row * plan->depth);
        for (uint32_t col = 0; col < plan->cols; col++) {
            const float sum = dot(plan, col, from, weight, scales);
            wick_write_f32(&one, &sum, to);
            to += wick_dtype_size_bytes(plan->out_dtype);
        }
    }
}
