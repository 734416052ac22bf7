// SPDX-License-Identifier: BSD-3-Clause
// Normalization by statistics of the elements themselves: layer, group, batch (training) and RMS
// norm.
//
// Shapes  dims: `kept` dimensions count the groups, the `inner` >= 1 after them the elements of a
//         group, both in logical order. Element i of group r takes parameter
//         r % period * step + i / repeat. Any size may be 0. `mean` and `rstd`: one for each group.
// Result  (x - mean) / sqrt(variance + epsilon) * weight + bias, variance over the count; with
//         is_rms: x / sqrt(mean of squares + epsilon) * weight. In float, rounded once; statistics
//         in two passes of partial sums of 64 added with compensation: relative error of rstd at
//         most 40 * 2^-24.
#ifndef WICK_KERNELS_NORM_NORMALIZE_H
#define WICK_KERNELS_NORM_NORMALIZE_H

#include "kernels/element/nest.h"

typedef struct wick_normalize_params {
    uint32_t kept, inner;
    int32_t period, step, repeat;                // period, repeat at least 1
    uint8_t dtype, param_dtype, statistic_dtype; // f32, f16, bf16
    bool is_rms;
    float epsilon;
    double epsilon_f64; // of the form on f64
    wick_nest_dim dims[WICK_MAX_RANK + 2];
} wick_normalize_params;

typedef struct wick_normalize_data {
    const void *input;
    const void *weight; // NULL: 1
    const void *bias;   // NULL: 0
    void *out;
    void *mean; // NULL: not stored
    void *rstd;
} wick_normalize_data;

void wick_normalize(const wick_normalize_params *params, const wick_normalize_data *data);
// On f64; parameters and statistics may be f32.
void wick_normalize_f64(const wick_normalize_params *params, const wick_normalize_data *data);

#endif
