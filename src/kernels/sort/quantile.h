// SPDX-License-Identifier: BSD-3-Clause
// Quantiles of sorted lines.
//
// Shapes  operand 0: the sorted lines, NaN at their ends; 1: the results, one for each of the
//         lengths[1] numbers `beside` (of type beside_dtype, contiguous, in [0, 1]).
// Result  in float, rounded once: the element at rank q (n - 1), n the numbers that are no NaN
//         (`skips_nan`; else a line with a NaN is NaN), interpolated as `number` says.
#ifndef WICK_KERNELS_SORT_QUANTILE_H
#define WICK_KERNELS_SORT_QUANTILE_H

#include "kernels/line/lines.h"

typedef enum wick_interpolation {
    WICK_INTERPOLATION_LINEAR,
    WICK_INTERPOLATION_LOWER,
    WICK_INTERPOLATION_HIGHER,
    WICK_INTERPOLATION_MIDPOINT,
    WICK_INTERPOLATION_NEAREST,
} wick_interpolation;

void wick_quantile_of_sorted(const wick_lines *lines, const void *in, void *out);

#endif
