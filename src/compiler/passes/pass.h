// SPDX-License-Identifier: BSD-3-Clause
// Passes: graph to graph, one file each, in the order of passes.def.
#ifndef WICK_COMPILER_PASSES_PASS_H
#define WICK_COMPILER_PASSES_PASS_H

#include "compiler/ir/ir.h"
#include "compiler/support/text.h"
#include "compiler/target.h"

typedef struct wick_pass_context {
    const wick_target *target;
    wick_diag *diag;
    wick_text *remarks; // lines for the report, on what a pass proved; NULL: not wanted
    struct wick_explain *explain; // what passes did and left (explain.h); NULL: not wanted
    struct wick_quantization *quantization; // of the pass quantize; NULL: none
    const char *max_sizes;   // "s0=512,s1=8": upper bounds of symbols; NULL: those of the export
    bool nhwc_doors;         // images cross the graph's door with channels last
    bool official_operators; // of a program: none that the official runtime for Cortex-M lacks
} wick_pass_context;

typedef struct wick_pass {
    const char *name;
    const char *description;
    wick_status (*run)(const wick_pass_context *context, wick_ir_graph *graph);
} wick_pass;

extern const wick_pass wick_passes[];
extern const uint32_t wick_pass_count;

// Runs a pass on a graph and on the bodies of control flow in it.
wick_status wick_pass_run(const wick_pass *pass, const wick_pass_context *context,
                          wick_ir_graph *graph);

#define WICK_PASS(name, description) \
    wick_status wick_pass_##name(const wick_pass_context *context, wick_ir_graph *graph);
#include "compiler/passes/passes.def"
#undef WICK_PASS

#endif
