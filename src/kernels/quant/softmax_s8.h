// SPDX-License-Identifier: BSD-3-Clause
// Softmax of 8-bit integers along one dimension.
//
// Shapes  dims: `kept` dimensions first, then the one that is normalized; any size may be 0.
// Units   scale: real value of one input step, above 0 and finite. out: steps of 1/256 from -128.
// Result  float32: p = exp((x - max) * scale) / sum, then clamp(rint(256 * p) - 128). Each p has
//         the error of kernels/softmax/softmax.h, so that a result may differ by one step from
//         another library's where 256 * p lies within some 10^-5 of a half.
#ifndef WICK_KERNELS_QUANT_SOFTMAX_S8_H
#define WICK_KERNELS_QUANT_SOFTMAX_S8_H

#include "kernels/element/nest.h"

typedef struct wick_softmax_s8_params {
    uint32_t kept;
    int32_t zero_point; // of the input
    float scale;
    wick_nest_dim dims[WICK_MAX_RANK];
} wick_softmax_s8_params;

void wick_softmax_s8(const wick_softmax_s8_params *params, const int8_t *input, int8_t *out);

#endif
