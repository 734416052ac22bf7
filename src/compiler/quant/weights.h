// SPDX-License-Identifier: BSD-3-Clause
// Weights and bias of a layer in a quantized run.
#ifndef WICK_COMPILER_QUANT_WEIGHTS_H
#define WICK_COMPILER_QUANT_WEIGHTS_H

#include "compiler/quant/model.h"

typedef struct wick_quant_weight_options {
    bool by_inputs; // weights are rounded by what the layer's inputs show, else to the nearest step
    bool correct_bias;
} wick_quant_weight_options;

// Chooses scales and steps of a layer from its weights and its inputs in the quantized run, and
// sets steps, scales, rounded and bias.
void wick_quant_choose_weights(wick_quant_model *model, wick_quant_node *node,
                               const wick_quant_weight_options *options);
// Moves the bias by the mean error of each output of the layer, and the outputs with it.
void wick_quant_correct_bias(wick_quant_model *model, wick_quant_node *node);

#endif
