// SPDX-License-Identifier: BSD-3-Clause
// Numbers of a layer normalization (ops/quant/quant_matmul.h).
#ifndef WICK_COMPILER_QUANT_BLOCKS_LAYER_NORM_H
#define WICK_COMPILER_QUANT_BLOCKS_LAYER_NORM_H

#include "compiler/quant_blocks/scale.h"
#include "kernels/quant/layer_norm_s8.h"

typedef struct wick_quant_layer_norm {
    double in_scale;
    wick_quant_params out;
    double epsilon;
    const float *weight; // [depth], NULL: ones
    const float *bias;   // [depth], NULL: zeros
} wick_quant_layer_norm;

// Fills epsilon, fraction bits and range of `params`, whose rows and depth are set, and `weights`:
// gamma[depth], beta[depth]. False if a number is not finite, a scale not above 0, or a factor does
// not fit.
bool wick_quant_layer_norm_from_real(const wick_quant_layer_norm *real,
                                     wick_layer_norm_s8_params *params, int32_t *weights);

#endif
