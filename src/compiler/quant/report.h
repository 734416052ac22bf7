// SPDX-License-Identifier: BSD-3-Clause
// What quantization chose and what it cost, over the calibration: as text, JSON and HTML.
#ifndef WICK_COMPILER_QUANT_REPORT_H
#define WICK_COMPILER_QUANT_REPORT_H

#include "compiler/quant/trial.h"

#include <jansson.h>

// A quantized tensor.
typedef struct wick_quant_line {
    const char *name; // of the node that makes it, or of the input or constant
    const char *what; // its operator, "input" or "constant"
    double low, high; // of the float values
    wick_quant_params params;
    double clipped;  // part of the values outside of what steps reach
    double own_sqnr; // of rounding this tensor alone, in dB
    double sqnr;     // with all that came before, in dB
} wick_quant_line;

// A node that computes on int16.
typedef struct wick_quant_wide_node {
    const char *name, *what; // and its operator
    const char *why;
} wick_quant_wide_node;

typedef struct wick_quant_door {
    const char *name;
    bool is_int8;
    wick_quant_params params; // of int8
} wick_quant_door;

typedef struct wick_quant_report {
    const char *scheme; // "int8", "int16"
    const char *observer;
    uint32_t samples;
    uint32_t equalized; // sets of tensors whose channels have factors
    uint32_t layer_count, line_count, float_count, input_count, output_count;
    wick_quant_line *lines;
    const char **float_nodes; // that compute on float, by name
    wick_quant_wide_node *wide_nodes;
    uint32_t wide_count;
    wick_quant_door *inputs, *outputs;
    wick_quant_agreement agreement;
    bool has_labels;
} wick_quant_report;

// Before the graph is changed.
const wick_quant_report *wick_quant_report_make(const wick_quant_model *model,
                                                const wick_quant_trial *trial, uint32_t equalized,
                                                const char *scheme);
const char *wick_quant_report_text(wick_arena *arena, const wick_quant_report *report);
const char *wick_quant_report_html(wick_arena *arena, const wick_quant_report *report,
                                   const char *source);
json_t *wick_quant_report_json(const wick_quant_report *report);

#endif
