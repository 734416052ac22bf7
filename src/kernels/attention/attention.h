// SPDX-License-Identifier: BSD-3-Clause
// Attention of one head: out = softmax(scale * query key^T + mask) value, without the matrix in
// between.
//
// Shapes  query [rows, depth], key [keys, depth], value [keys, cols], out [rows, cols], dense; mask
//         [rows, keys] at its strides (0 repeats), NULL: none. Any size may be 0.
// Range   mask of dtype is added to the scaled product; one of BOOL keeps the keys that are true.
//         is_causal keeps keys up to the row's own number.
// Memory  none; out overlaps no input.
// Result  float arithmetic, rounded once to dtype (f32, f16, bf16): a row keeps the largest score
//         and the sums relative to it, and scales them when a larger one comes. A row whose keys
//         are all masked is 0. NaN in a score makes the row NaN.
#ifndef WICK_KERNELS_ATTENTION_ATTENTION_H
#define WICK_KERNELS_ATTENTION_ATTENTION_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_attention_params {
    int32_t rows, keys, depth, cols;
    int32_t mask_row, mask_key; // strides in elements
    float scale;
    uint8_t dtype, mask_dtype;
    bool is_causal;
} wick_attention_params;

typedef struct wick_attention_data {
    const void *query, *key, *value, *mask;
    void *out;
} wick_attention_data;

void wick_attention(const wick_attention_params *params, const wick_attention_data *data);

#endif
