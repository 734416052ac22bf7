// SPDX-License-Identifier: BSD-3-Clause
// Mean (or sum) over any dimensions of 8-bit or 16-bit integers, in integers:
// out = clamp(rescale(sum of (input - zero_point)) + offset); the scale holds 1 / the number of
// terms.
//
// Shapes  `kept` says how the input moves from one result to the next, `reduced` from one term to
//         the next (steps a); out lies in the order of `kept`.
// Range   at most 2^22 terms (16 bits: 2^14), so that the sum fits; scale valid.
// Memory  out must not overlap the input.
#ifndef WICK_KERNELS_QUANT_MEAN_S8_H
#define WICK_KERNELS_QUANT_MEAN_S8_H

#include "kernels/quant/loops.h"
#include "kernels/quant/requantize.h"

typedef struct wick_mean_s8_params {
    int32_t zero_point;
    wick_quant_scale scale;
    wick_quant_range range;
} wick_mean_s8_params;

typedef struct wick_mean_s8_loops {
    wick_quant_loops kept, reduced;
} wick_mean_s8_loops;

void wick_mean_s8(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                  const int8_t *input, int8_t *out);

void wick_mean_s16(const wick_mean_s8_params *params, const wick_mean_s8_loops *loops,
                   const int16_t *input, int16_t *out);

#endif
