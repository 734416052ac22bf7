// SPDX-License-Identifier: BSD-3-Clause
// Batch normalization with given statistics, one of each parameter a channel:
// out = (input - mean) / sqrt(variance + epsilon) * weight + bias.
//
// Shapes  dims: the channel first, then all others; any size may be 0. Parameters have
//         dims[0].size elements of param_dtype.
// Result  in float as input * scale + shift, rounded once: scale =
//         weight / sqrt(variance + epsilon),
//         shift = bias - mean * scale; error at most 6 * 2^-24 of
//         |input * scale| + |mean * scale| + |bias|.
#ifndef WICK_KERNELS_NORM_BATCH_NORM_H
#define WICK_KERNELS_NORM_BATCH_NORM_H

#include "kernels/element/nest.h"

typedef struct wick_batch_norm_params {
    uint32_t rank;
    uint8_t dtype, param_dtype; // f32, f16, bf16
    float epsilon;
    double epsilon_f64; // of the form on f64
    wick_nest_dim dims[WICK_MAX_RANK];
} wick_batch_norm_params;

typedef struct wick_batch_norm_data {
    const void *input;
    const void *weight; // NULL: 1
    const void *bias;   // NULL: 0
    const void *mean;
    const void *variance;
    void *out;
} wick_batch_norm_data;

void wick_batch_norm(const wick_batch_norm_params *params, const wick_batch_norm_data *data);
// On f64, parameters too.
void wick_batch_norm_f64(const wick_batch_norm_params *params, const wick_batch_norm_data *data);

#endif
