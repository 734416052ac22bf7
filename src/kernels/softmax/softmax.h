// SPDX-License-Identifier: BSD-3-Clause
// Softmax and its logarithm along one dimension.
//
// Shapes  dims: `kept` dimensions first, then the one along which is normalized; any size may be 0.
// Result  float arithmetic, rounded once to out_dtype. exp(x - max) / sum and x - max - log(sum);
// relative error of softmax at most
//         6 ULP, absolute error of log_softmax 4 ULP of the larger of result and input. A row that
//         holds NaN or +inf, or nothing but -inf, is NaN.
#ifndef WICK_KERNELS_SOFTMAX_SOFTMAX_H
#define WICK_KERNELS_SOFTMAX_SOFTMAX_H

#include "kernels/element/nest.h"

typedef struct wick_softmax_params {
    uint32_t kept;
    uint8_t in_dtype, out_dtype; // f32, f16, bf16
    wick_nest_dim dims[WICK_MAX_RANK];
} wick_softmax_params;

void wick_softmax(const wick_softmax_params *params, const void *input, void *out);
void wick_log_softmax(const wick_softmax_params *params, const void *input, void *out);

#endif
