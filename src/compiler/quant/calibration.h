// SPDX-License-Identifier: BSD-3-Clause
// The arrays that a model is calibrated with: one .npy for each input, the first axis counts
// samples. They come from outside: type, shape, count and every value are checked here.
#ifndef WICK_COMPILER_QUANT_CALIBRATION_H
#define WICK_COMPILER_QUANT_CALIBRATION_H

#include "compiler/ir/ir.h"
#include "wick/compiler.h"

typedef struct wick_calibration {
    uint32_t samples;
    const uint8_t **inputs; // of each graph input: [samples], each dense in the input's dim order
    const int64_t *labels;  // [samples], NULL if none
} wick_calibration;

// Errors  INVALID_ARGUMENT, NOT_SUPPORTED: what the file holds, and what was expected.
wick_status wick_calibration_read(const wick_ir_graph *graph, const wick_compile_options *options,
                                  wick_diag *diag, wick_calibration *out);

#endif
