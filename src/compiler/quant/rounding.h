// SPDX-License-Identifier: BSD-3-Clause
// Rounding of weights to steps so that the layer's result changes least on the inputs it sees.
//
// The error of one row w of weights is e' H e with e = w - scale * steps and H the covariance of
// the inputs. With H = U'U, U upper triangular, that is the sum over k of (U[k][k] (e[k] + sum over
// j > k of U[k][j] / U[k][k] e[j]))^2: taken from the last k to the first, each weight is rounded
// with the errors of those before it moved onto it (Frantar et al., GPTQ; Babai's nearest plane).
// Inputs that vary most come first.
#ifndef WICK_COMPILER_QUANT_ROUNDING_H
#define WICK_COMPILER_QUANT_ROUNDING_H

#include "compiler/support/arena.h"

#include <stdbool.h>

typedef struct wick_rounding_input {
    uint32_t rows, depth; // of weights and steps
    const float *weights; // [rows, depth]
    float *inputs;        // [samples, depth]; changed
    uint32_t samples;     // 0: nothing is known of the inputs, each weight goes to its nearest step
    const float *least_scales; // [rows]: no scale goes below
} wick_rounding_input;

typedef struct wick_rounding {
    float *scales; // [rows]
    int8_t *steps; // [rows, depth], in [-127, 127]
} wick_rounding;

// Finds scales (that of the least squared error) and steps. `scratch` may be freed after.
void wick_round_weights(wick_arena *scratch, const wick_rounding_input *input,
                        const wick_rounding *out);

#endif
