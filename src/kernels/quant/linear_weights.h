// SPDX-License-Identifier: BSD-3-Clause
// Linear layers and embeddings on float32 whose weights lie in few bits (kernels/quant/weights.h).
//
// Shapes  input [rows, depth], weights [cols, depth], scales [cols, groups] or NULL for f16 and
//         bf16, bias [cols] or NULL, out [rows, cols]; depth at least 1.
// Memory  out must not overlap an input.
// Result  float32, in this order. wick_linear_f32_weights: for each group, its products are added
//         32 at a time, these sums to one, that times the group's scale to the result; then the
//         bias. wick_linear_dynamic_s8: a row of the input becomes int8 by a scale s and a zero
//         point z found in it; for each group, 128 products (q - z) * w at a time are an integer,
//         which times the group's scale is added to the result; that times s, plus the bias.
#ifndef WICK_KERNELS_QUANT_LINEAR_WEIGHTS_H
#define WICK_KERNELS_QUANT_LINEAR_WEIGHTS_H

#include "kernels/quant/weights.h"

#include <stdbool.h>

// How scale and zero point of a row are found, and the row quantized.
typedef enum wick_dynamic_scheme {
    WICK_DYNAMIC_TOKEN,     // quantized_decomposed::choose_qparams_per_token_asymmetric
    WICK_DYNAMIC_AFFINE,    // torchao::choose_qparams_affine, ASYMMETRIC
    WICK_DYNAMIC_SYMMETRIC, // the same, SYMMETRIC: zero point 0
    WICK_DYNAMIC_FLOORED,   // AFFINE with scales of 2^-23 at least
    WICK_DYNAMIC_TENSOR,    // quantized_decomposed::choose_qparams.tensor, 2^-12 at least: one
                            // scale for all rows
} wick_dynamic_scheme;

typedef struct wick_linear_weights_params {
    int32_t rows;
    int32_t scheme; // wick_dynamic_scheme
    wick_weight_shape weight;
} wick_linear_weights_params;

typedef struct wick_linear_weights_data {
    const float *input;
    const void *weight;
    const float *scales;
    const float *bias;
    float *out;
} wick_linear_weights_data;

void wick_linear_f32_weights(const wick_linear_weights_params *params,
                             const wick_linear_weights_data *data);
// False if a value of the input is not finite; out is then undefined.
bool wick_linear_dynamic_s8(const wick_linear_weights_params *params,
                            const wick_linear_weights_data *data);

// out[i] = row indices[i] of the weights, times its scales. False at the first index out of range.
typedef struct wick_embedding_indices {
    const void *data;
    size_t count;
    bool is_wide; // int64, else int32
} wick_embedding_indices;
bool wick_embedding_weights(const wick_weight_shape *shape, const void *weight, const float *scales,
                            const wick_embedding_indices *indices, float *out);

#endif
