// SPDX-License-Identifier: BSD-3-Clause
// Four dot products that share one operand: sums[i] += sum over k < depth of x[k] * weights[i][k].
//
// Result  four partial sums for each product, added pairwise at the end; relative error of a
//         product as in gemm.h. Two of `weights` may be the same.
#ifndef WICK_KERNELS_GEMM_DOTS_F32_H
#define WICK_KERNELS_GEMM_DOTS_F32_H

#include <stdint.h>

enum { WICK_DOTS = 4 };

void wick_add_dots_f32(const float *x, const float *const weights[WICK_DOTS], int32_t depth,
                       float sums[WICK_DOTS]);

#endif
