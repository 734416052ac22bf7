// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/linear_weights.h"

#include "kernels/math/rounding.h"
#include "kernels/quant/quantize_dynamic.h"
#include "wick/tensor.h"

enum { TERMS = 32, BLOCK = 128 }; // floats of one partial sum; products of one integer

#define SMALLEST_NORMAL  0x1p-126f // of a scale, by torchao
#define SMALLEST_TWO_WAY 0x1p-23f
#define SMALLEST_TENSOR  0x1p-12f // by the quantizer for XNNPACK

static int32_t least(int32_t a, int32_t b)
{
    return a < b ? a : b;
}

static float scale_at(const wick_linear_weights_data *data, const wick_weight_shape *w, int32_t col,
                      int32_t group)
{
    return data->scales ? data->scales[(ptrdiff_t)col * w->groups + group] : 1.0f;
}

static float group_sum(const wick_weight_shape *w, const void *weight, const float *input,
                       int32_t first, int32_t end)
{
    float sum = 0;
    for (int32_t k = first; k < end; k += TERMS) {
        float values[TERMS];
        const int32_t count = least(TERMS, end - k);
        float part = 0;
        wick_weights_to_f32(w, weight, k, count, values);
        for (int32_t i = 0; i < count; i++) {
            part += input[k + i] * values[i];
        }
        sum += part;
    }
    return sum;
}

void wick_linear_f32_weights(const wick_linear_weights_params *params,
                             const wick_linear_weights_data *data)
{
    const wick_weight_shape *const w = &params->weight;
    const size_t row_bytes = wick_weight_row_bytes(w);
    const int32_t size = w->depth / w->groups;
    for (int32_t col = 0; col < w->rows; col++) {
        const uint8_t *const weight = (const uint8_t *)data->weight + (size_t)col * row_bytes;
        for (int32_t row = 0; row < params->rows; row++) {
            const float *const input = data->input + (ptrdiff_t)row * w->depth;
            float sum = 0;
            for (int32_t g = 0; g < w->groups; g++) {
                sum += group_sum(w, weight, input, g * size, (g + 1) * size) *
                       scale_at(data, w, col, g);
            }
            data->out[(ptrdiff_t)row * w->rows + col] = data->bias ? sum + data->bias[col] : sum;
        }
    }
}

// Scale and zero point of one row of the input.
typedef struct row_scale {
    wick_dynamic_scheme scheme;
    float scale;
    int32_t zero_point;
} row_scale;

static row_scale choose(wick_dynamic_scheme scheme, wick_quantize_range range)
{
    if (scheme == WICK_DYNAMIC_SYMMETRIC) {
        const float most = -range.low > range.high ? -range.low : range.high;
        const float scale = most / 127.5f;
        return (row_scale){scheme, scale < SMALLEST_TWO_WAY ? SMALLEST_TWO_WAY : scale, 0};
    }
    const float smallest = scheme == WICK_DYNAMIC_TENSOR    ? SMALLEST_TENSOR
                           : scheme == WICK_DYNAMIC_FLOORED ? SMALLEST_TWO_WAY
                                                            : SMALLEST_NORMAL;
    const wick_found_scale found = scheme == WICK_DYNAMIC_TOKEN
                                       ? wick_choose_scale_of_token(range)
                                       : wick_choose_scale(range, smallest, -128, 127);
    return (row_scale){scheme, (float)found.scale, (int32_t)found.zero_point};
}

// By the token's scheme as torch does: in float64, zero point and all, then rounded.
static void quantize(const row_scale *s, int32_t count, const float *input, int8_t *out)
{
    if (s->scheme == WICK_DYNAMIC_TOKEN) {
        const wick_quantize_tokens plan = {1, (uint32_t)count, WICK_INT8, true, -128, 127};
        const double scale = (double)s->scale;
        const int64_t zero_point = s->zero_point;
        wick_quantize_tokens_f32(&plan, &scale, &zero_point, input, out);
        return;
    }
    const float inverse = 1.0f / s->scale;
    for (int32_t i = 0; i < count; i++) {
        const float steps = wick_rint_f32(input[i] * inverse) + (float)s->zero_point;
        out[i] = (int8_t)(steps >= 127.0f ? 127 : steps > -128.0f ? (int32_t)steps : -128);
    }
}

// Elements of one row and of one group.
typedef struct quantized {
    int32_t first, count;
    int32_t zero_point;
    int8_t steps[BLOCK];
} quantized;

static int32_t dot(const quantized *block, const int8_t *weight)
{
    int32_t sum = 0;
    for (int32_t i = 0; i < block->count; i++) {
        sum += (block->steps[i] - block->zero_point) * weight[i];
    }
    return sum;
}

// Adds their products to every result.
static void add_block(const wick_weight_shape *w, const wick_linear_weights_data *data,
                      const quantized *block, float *out)
{
    const size_t row_bytes = wick_weight_row_bytes(w);
    const int32_t group = block->first / (w->depth / w->groups);
    for (int32_t col = 0; col < w->rows; col++) {
        int8_t values[BLOCK];
        wick_weights_to_s8(w, (const uint8_t *)data->weight + (size_t)col * row_bytes, block->first,
                           block->count, values);
        out[col] += (float)dot(block, values) * scale_at(data, w, col, group);
    }
}

// data->input and out are those of the row.
static void linear_row(const wick_linear_weights_params *p, const wick_linear_weights_data *data,
                       wick_quantize_range range)
{
    const wick_weight_shape *const w = &p->weight;
    const float *const input = data->input;
    float *const out = data->out;
    const int32_t size = w->depth / w->groups;
    const row_scale s = choose((wick_dynamic_scheme)p->scheme, range);
    for (int32_t col = 0; col < w->rows; col++) {
        out[col] = 0;
    }
    quantized block = {.zero_point = s.zero_point};
    for (; block.first < w->depth; block.first += block.count) {
        block.count = least(BLOCK, size - block.first % size);
        quantize(&s, block.count, input + block.first, block.steps);
        add_block(w, data, &block, out);
    }
    for (int32_t col = 0; col < w->rows; col++) {
        const float scaled = out[col] * s.scale;
        out[col] = data->bias ? scaled + data->bias[col] : scaled;
    }
}

bool wick_linear_dynamic_s8(const wick_linear_weights_params *params,
                            const wick_linear_weights_data *data)
{
    const uint32_t depth = (uint32_t)params->weight.depth;
    const uint32_t rows = (uint32_t)params->rows;
    const bool is_tensor = params->scheme == WICK_DYNAMIC_TENSOR;
    wick_linear_weights_data at = *data;
    wick_quantize_range range;
    if (is_tensor && !wick_find_range_f32(rows * depth, data->input, &range)) {
        return false;
    }
    for (uint32_t row = 0; row < rows; row++) {
        if (!is_tensor && !wick_find_range_f32(depth, at.input, &range)) {
            return false;
        }
        linear_row(params, &at, range);
        at.input += depth;
        at.out += params->weight.rows;
    }
    return true;
}

bool wick_embedding_weights(const wick_weight_shape *shape, const void *weight, const float *scales,
                            const wick_embedding_indices *indices, float *out)
{
    const int64_t *const wide = indices->data;
    const int32_t *const narrow = indices->data;
    const int32_t size = shape->depth / shape->groups;
    for (size_t i = 0; i < indices->count; i++) {
        const int64_t index = indices->is_wide ? wide[i] : narrow[i];
        if (index < 0 || index >= shape->rows) {
            return false;
        }
        const uint8_t *const row =
            (const uint8_t *)weight + (size_t)index * wick_weight_row_bytes(shape);
        wick_weights_to_f32(shape, row, 0, shape->depth, out);
        for (int32_t k = 0; scales != 0 && k < shape->depth; k++) {
            out[k] *= scales[(ptrdiff_t)index * shape->groups + k / size];
        }
        out += shape->depth;
    }
    return true;
}
