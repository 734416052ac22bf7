// SPDX-License-Identifier: BSD-3-Clause
// More reductions of a strided tensor: logic, products, norms, variances. Shapes as in reduce.h; a
// reduction of no element gives what it starts with.
//
// Result  any, all: whether one, or each, element is not 0 (NaN is not). count: how many, as int64.
//         product: real types in float, rounded once; integers modulo 2^bits, bool by and.
//         Sums of the rest carry their rounding error, in float, rounded once:
//         norm: order 0, 1, 2, infinities, or p: (sum |x|^p)^(1/p), with |x|^p as exp(p log |x|),
//         relative error about p log |x| * 2^-23. log_sum: max + log(sum exp(x - max)), 4 * 2^-24
//         of |max| + |result|. variance: of the differences from the mean, over
//         max(0, count - correction); 4 * 2^-24. nansum: as wick_reduce_sum, NaN left out.
#ifndef WICK_KERNELS_REDUCE_FOLD_H
#define WICK_KERNELS_REDUCE_FOLD_H

#include "kernels/reduce/reduce.h"

// Part of what one result is made of: `count` elements from `at` on, `stride` apart.
typedef struct wick_fold_row {
    const void *input;
    ptrdiff_t at;
    int32_t stride, count;
    const wick_reduce_params *params;
} wick_fold_row;

typedef void wick_fold_add(void *state, const wick_fold_row *row);

// Calls `add` for each row of elements of the result whose first element is `first`.
void wick_fold_rows(const wick_reduce_params *params, const void *input, ptrdiff_t first,
                    wick_fold_add *add, void *state);

// One result: from the elements behind `first` to out[at].
typedef void wick_fold_visit(const wick_reduce_params *params, const void *input, ptrdiff_t first,
                             void *out, ptrdiff_t at);

void wick_fold_each(const wick_reduce_params *params, const void *input, void *out,
                    wick_fold_visit *visit);

void wick_fold_any(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_all(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_count(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_product(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_norm(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_log_sum(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_variance(const wick_reduce_params *params, const void *input, void *out);
// `is_mean`: the mean of what is no NaN.
void wick_fold_nansum(const wick_reduce_params *params, const void *input, void *out);
// In float64, where input or out is f64.
void wick_fold_product_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_norm_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_log_sum_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_variance_f64(const wick_reduce_params *params, const void *input, void *out);
void wick_fold_nansum_f64(const wick_reduce_params *params, const void *input, void *out);

#endif
