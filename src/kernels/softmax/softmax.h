// SPDX-License-Identifier: BSD-3-Clause
// Softmax and its logarithm along one dimension.
//
// Shapes  dims: `kept` dimensions first, then the one that is normalized; any size may be 0.
// Result  float arithmetic, rounded once to out_dtype: exp(x - max) / sum and x - max - log(sum).
//         Relative error of softmax, and of log_softmax against |x| + |result|, at most
//         (36 + n / 32) * 2^-24 for rows of n, typically 8 * 2^-24. A row that holds NaN or +inf,
//         or nothing but -inf, is NaN. The forms for f64 compute in it, to 1e-13.
#ifndef WICK_KERNELS_SOFTMAX_SOFTMAX_H
#define WICK_KERNELS_SOFTMAX_SOFTMAX_H

#include "kernels/element/nest.h"

typedef struct wick_softmax_params {
    uint32_t kept;
    uint8_t in_dtype, out_dtype; // f32, f16, bf16; both f64 for the forms of its name
    wick_nest_dim dims[WICK_MAX_RANK];
} wick_softmax_params;

void wick_softmax(const wick_softmax_params *params, const void *input, void *out);
void wick_log_softmax(const wick_softmax_params *params, const void *input, void *out);
void wick_softmax_f64(const wick_softmax_params *params, const void *input, void *out);
void wick_log_softmax_f64(const wick_softmax_params *params, const void *input, void *out);

#endif
