// SPDX-License-Identifier: BSD-3-Clause
// The row-by-row softmax that FlashAttention is built on (Milakov and Gimelshein 2018, "Online
// normalizer calculation for softmax"). float32 sums in the out's own memory; half types in a few
// columns on the stack at a time, for which the scores are computed again.
#include "kernels/attention/attention.h"

#include "kernels/element/element.h"
#include "kernels/gemm/dots_f32.h"
#include "kernels/math/math.h"

enum {
    KEYS = WICK_DOTS, // scored at once
    COLUMNS = 32,     // of a half type's row, summed at once
};

// Sums of one row over the keys so far, relative to the largest score.
typedef struct row_sums {
    float largest, total;
    float *columns;
    int32_t count;
} row_sums;

static void score_half(const wick_attention_params *p, const void *query, const void *key,
                       int32_t count, float scores[KEYS])
{
    for (int32_t i = 0; i < count; i++) {
        for (int32_t k = 0; k < p->depth; k++) {
            scores[i] += wick_element_real(query, k, p->dtype) *
                         wick_element_real(key, (ptrdiff_t)i * p->depth + k, p->dtype);
        }
    }
}

static void score_f32(const wick_attention_params *p, const float *query, const float *key,
                      int32_t count, float scores[KEYS])
{
    const float *keys[KEYS];
    for (int32_t i = 0; i < KEYS; i++) {
        keys[i] = key + (ptrdiff_t)(i < count ? i : count - 1) * p->depth;
    }
    wick_add_dots_f32(query, keys, p->depth, scores);
}

// Score of one key with the mask; -infinity: left out.
static float masked(const wick_attention_params *p, const void *mask, int32_t row, int32_t key,
                    float product)
{
    const float score = p->scale * product;
    if (p->is_causal && key > row) {
        return -__builtin_inff();
    }
    if (!mask) {
        return score;
    }
    const ptrdiff_t at = (ptrdiff_t)row * p->mask_row + (ptrdiff_t)key * p->mask_key;
    if (p->mask_dtype == WICK_BOOL) {
        return ((const uint8_t *)mask)[at] != 0 ? score : -__builtin_inff();
    }
    return score + wick_element_load(mask, at, p->mask_dtype);
}

static void rescale(row_sums *sums, float score)
{
    const float factor = wick_exp_f32(sums->largest - score);
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] *= factor;
    }
    sums->total *= factor;
    sums->largest = score;
}

static void add_key(const wick_attention_params *p, row_sums *sums, float score, const void *value,
                    int32_t first)
{
    if (score == -__builtin_inff()) {
        return;
    }
    if (score > sums->largest) {
        rescale(sums, score);
    }
    const float weight = wick_exp_f32(score - sums->largest);
    sums->total += weight;
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] += weight * wick_element_load(value, first + i, p->dtype);
    }
}

// Columns first, .. of one row.
static void add_keys(const wick_attention_params *p, const wick_attention_data *data, int32_t row,
                     int32_t first, row_sums *sums)
{
    const void *const query = wick_element_at(data->query, (ptrdiff_t)row * p->depth, p->dtype);
    const int32_t end = p->is_causal && row < p->keys - 1 ? row + 1 : p->keys;
    for (int32_t at = 0; at < end; at += KEYS) {
        const int32_t count = end - at < KEYS ? end - at : KEYS;
        const void *const key = wick_element_at(data->key, (ptrdiff_t)at * p->depth, p->dtype);
        float scores[KEYS] = {0};
        if (p->dtype == WICK_FLOAT32) {
            score_f32(p, query, key, count, scores);
        } else {
            score_half(p, query, key, count, scores);
        }
        for (int32_t i = 0; i < count; i++) {
            const ptrdiff_t value = (ptrdiff_t)(at + i) * p->cols;
            add_key(p, sums, masked(p, data->mask, row, at + i, scores[i]),
                    wick_element_at(data->value, value, p->dtype), first);
        }
    }
}

static void attend(const wick_attention_params *p, const wick_attention_data *data, int32_t row,
                   int32_t first, row_sums *sums)
{
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] = 0;
    }
    add_keys(p, data, row, first, sums);
    for (int32_t i = 0; i < sums->count; i++) {
        sums->columns[i] = sums->total == 0 ? 0 : sums->columns[i] / sums->total;
    }
}

static void attend_half(const wick_attention_params *p, const wick_attention_data *data,
                        int32_t row)
{
    float columns[COLUMNS];
    for (int32_t first = 0; first < p->cols; first += COLUMNS) {
        const int32_t rest = p->cols - first;
        row_sums sums = {-__builtin_inff(), 0, columns, rest < COLUMNS ? rest : COLUMNS};
        attend(p, data, row, first, &sums);
        for (int32_t i = 0; i < sums.count; i++) {
            wick_element_store_real(data->out, (ptrdiff_t)row * p->cols + first + i, p->dtype,
                                    columns[i]);
        }
    }
}

void wick_attention(const wick_attention_params *params, const wick_attention_data *data)
{
    for (int32_t row = 0; row < params->rows; row++) {
        if (params->dtype == WICK_FLOAT32) {
            float *const out = (float *)data->out + (ptrdiff_t)row * params->cols;
            row_sums sums = {-__builtin_inff(), 0, out, params->cols};
            attend(params, data, row, 0, &sums);
        } else {
            attend_half(params, data, row);
        }
    }
}
