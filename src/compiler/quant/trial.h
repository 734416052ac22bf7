// SPDX-License-Identifier: BSD-3-Clause
// One quantized run over the calibration, from inputs to outputs: ranges, weights and biases are
// chosen on the way, each from what the quantized layers before it give.
#ifndef WICK_COMPILER_QUANT_TRIAL_H
#define WICK_COMPILER_QUANT_TRIAL_H

#include "compiler/quant/model.h"
#include "compiler/quant/weights.h"

typedef struct wick_quant_trial {
    wick_observer observer;
    wick_quant_weight_options weights;
} wick_quant_trial;

// After wick_quant_run_real. Leaves params, signal and noise in the tensors, weights in the layers.
wick_status wick_quant_try(wick_quant_model *model, const wick_quant_trial *trial);

// How the first output of the last run agrees with the float one.
typedef struct wick_quant_agreement {
    double signal, noise;        // of all float outputs
    uint32_t cases;              // rows of the first output that have a largest element; 0: none
    uint32_t same;               // of them, where it is the same in both runs
    uint32_t float_right, right; // of the cases with labels
} wick_quant_agreement;

wick_quant_agreement wick_quant_agree(const wick_quant_model *model);
// Percentage points lost: of accuracy where there are labels, else of agreement.
double wick_quant_drop(const wick_quant_model *model, const wick_quant_agreement *agreement);
// 10 log10(signal / noise); infinite without noise.
double wick_quant_sqnr(double signal, double noise);

#endif
