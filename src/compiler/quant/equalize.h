// SPDX-License-Identifier: BSD-3-Clause
// Channels brought to one range: a layer's output channel is divided by a factor, the weights of
// the layers that read it are multiplied by it. In float the graph computes the same; on steps the
// channels with small values are resolved as well as those with large ones.
//
// relu, poolings, zero padding, sums of equals and views between pass a positive factor on. All
// tensors that such operators tie together have their factors in common; where one of them is an
// input or output of the graph or is read by anything else, the factors stay 1.
//
// Source: Nagel et al., Data-Free Quantization Through Weight Equalization and Bias Correction.
#ifndef WICK_COMPILER_QUANT_EQUALIZE_H
#define WICK_COMPILER_QUANT_EQUALIZE_H

#include "compiler/quant/model.h"

typedef struct wick_equalizer wick_equalizer;

// After wick_quant_select and wick_quant_run_real. *sets: how many sets of tensors have factors.
wick_equalizer *wick_equalizer_create(wick_quant_model *model, uint32_t *sets);
// Factors from the ranges of the activations to the power `strength`, of the weights that read them
// to the power 1 - strength; 0 <= strength <= 1. Weights, biases and float activations of the model
// change; negative: all factors 1, as at first.
void wick_equalizer_apply(wick_equalizer *equalizer, float strength);

#endif
