// SPDX-License-Identifier: BSD-3-Clause
// Reductions of a strided tensor over some of its dimensions.
//
// Shapes  dims: first `kept` dimensions (strides of input and out), then `reduced` >= 1 dimensions
//         (stride of out unused), each group in logical order. Any size may be 0.
// Result  sum, mean: real types in partial sums of 128, those added
//         with compensation, rounded once;
//         relative error at most 130 * 2^-24 of the sum of magnitudes (f32: 36 * 2^-24). Integers
//         modulo 2^bits, bool by or. An empty mean is NaN.
//         maximum, minimum: exact, NaN wins; its index: of the first NaN, else the first of equals,
//         counted in logical order.
//         The forms for f64 sum in float64, as exactly in its units.
#ifndef WICK_KERNELS_REDUCE_REDUCE_H
#define WICK_KERNELS_REDUCE_REDUCE_H

#include "kernels/element/nest.h"

typedef struct wick_reduce_params {
    uint32_t kept, reduced;
    uint8_t in_dtype, out_dtype;
    bool is_mean;
    bool is_minimum; // of wick_reduce_extreme, wick_reduce_argmax
    bool is_root;    // of wick_fold_variance: the standard deviation
    float number;    // of wick_fold_norm: the order; of wick_fold_variance: the correction
    double number_f64;
    wick_nest_dim dims[WICK_MAX_RANK + 1];
} wick_reduce_params;

typedef void wick_reduce_kernel(const wick_reduce_params *params, const void *input, void *out);
typedef void wick_reduce_index_kernel(const wick_reduce_params *params, const void *input,
                                      int64_t *out);

// Each input is converted to the type of out first.
void wick_reduce_sum(const wick_reduce_params *params, const void *input, void *out);
// At least one element is reduced; in_dtype = out_dtype.
void wick_reduce_extreme(const wick_reduce_params *params, const void *input, void *out);
void wick_reduce_argmax(const wick_reduce_params *params, const void *input, int64_t *out);
// In float64, where input or out (of a sum) is f64.
void wick_reduce_sum_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_reduce_extreme_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_reduce_argmax_f64(const wick_reduce_params *params, const void *input, int64_t *out);

#endif
