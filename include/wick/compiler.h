// SPDX-License-Identifier: BSD-3-Clause
// The compiler: a .pt2 archive in, a .pte program out. Hosted C; no Python, no PyTorch.
#ifndef WICK_COMPILER_H
#define WICK_COMPILER_H

#include "wick/status.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A file that was read: its name is for messages.
typedef struct wick_array_file {
    const char *name;
    const uint8_t *bytes; // NULL: not given
    size_t size_bytes;
} wick_array_file;

// A method of the program that returns a constant.
typedef struct wick_constant_method {
    const char *name;
    const char *value;      // "true", "-3", "0.5"; all else is a string
    bool is_text;           // `value` is a string whatever it says
    wick_array_file tensor; // .npy; where its bytes are given, in place of `value`
} wick_constant_method;

typedef struct wick_compile_options {
    const char *target;      // name or path of a target description; NULL: "wick", any
                             // processor with Wick's runtime
    const char *ops;         // "official": those of the official runtime for Cortex-M alone;
                             // NULL, "wick": the target's
    const char *layout;      // "nhwc": images cross the door with channels last; NULL, "nchw"
    const char *max_sizes;   // "s0=512,s1=8": upper bounds of symbolic sizes; NULL: the export's
    const char *const *state; // buffers that are state though this method only reads them
    uint32_t state_count;
    const wick_constant_method *constant_methods; // beside that of the model
    uint32_t constant_method_count;
    const char *source_name; // of the archive, for messages; NULL: "archive"
    const char *dump_after;  // pass whose graph to dump; "all": after each; NULL: none
    const char *stop_after;  // pass name: compile no further; the dump is the only result
    const char *skip_pass;   // pass that is left out; NULL: none
    bool explain;            // record what each pass did and left (docs/passes.md)
    // Quantization (docs/quantization.md)
    const char *quantize;               // "int8", "int16"; NULL: the model keeps its types
    const wick_array_file *calibration; // a .npy for each input; the first axis counts samples
    uint32_t calibration_count;
    wick_array_file labels;        // .npy of the samples' classes, integers
    const char *observer;          // "minmax", "percentile", "mse", "entropy"; NULL: "mse"
    const char *io;                // "int8" or "float" inputs and outputs; NULL: "float"
    const char *const *keep_float; // names of nodes that stay float
    uint32_t keep_float_count;
    const char *const *keep_int16; // names of nodes that have activations of 16 bits
    uint32_t keep_int16_count;
    bool is_bounded; // by max_drop
    double max_drop; // percentage points of accuracy or agreement that may be lost
} wick_compile_options;

typedef struct wick_compilation wick_compilation;

// Compiles an archive in memory. *out is always set (NULL only when there is no memory) and holds
// the messages.
wick_status wick_compile(const void *archive, size_t size_bytes,
                         const wick_compile_options *options, wick_compilation **out);
void wick_compilation_destroy(wick_compilation *compilation);

// The .pte; NULL on failure.
const uint8_t *wick_compilation_program(const wick_compilation *compilation, size_t *size_bytes);
// Errors, warnings and notes, a line each.
const char *wick_compilation_messages(const wick_compilation *compilation);
// What was compiled and what it will need, as text and as JSON.
const char *wick_compilation_report(const wick_compilation *compilation);
const char *wick_compilation_report_json(const wick_compilation *compilation);
// What each pass did to which node, and left and why, as text; "" unless `explain` asked for it. The
// JSON report has the same as "explain". On failure: up to the pass that failed.
const char *wick_compilation_explanation(const wick_compilation *compilation);
// The graphs that dump_after and stop_after asked for, "" if none.
const char *wick_compilation_dump(const wick_compilation *compilation);
// C source of the selective operator table.
const char *wick_compilation_operators_c(const wick_compilation *compilation);
// The memory plan as an SVG picture.
const char *wick_compilation_plan_svg(const wick_compilation *compilation);

// What quantization chose and what it cost, as an HTML page with a plot; "" if none.
const char *wick_compilation_quantize_html(const wick_compilation *compilation);

// Names of the targets and passes known, NULL-terminated.
const char *const *wick_compiler_targets(void);

#ifdef __cplusplus
}
#endif
#endif
