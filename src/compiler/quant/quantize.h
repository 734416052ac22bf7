// SPDX-License-Identifier: BSD-3-Clause
// Post-training quantization, a stage of the compiler: the pass `quantize`.
#ifndef WICK_COMPILER_QUANT_QUANTIZE_H
#define WICK_COMPILER_QUANT_QUANTIZE_H

#include "compiler/support/diag.h"
#include "wick/compiler.h"

// What was asked for, and what the pass made of it.
typedef struct wick_quantization {
    const wick_compile_options *options;
    const struct wick_quant_report *report; // set by the pass
} wick_quantization;

// Checks names and combinations of options. `out` takes them.
wick_status wick_quantization_open(const wick_compile_options *options, wick_diag *diag,
                                   wick_quantization *out);

#endif
