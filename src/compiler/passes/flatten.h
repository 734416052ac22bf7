// SPDX-License-Identifier: BSD-3-Clause
// What the files of the pass flatten share.
#ifndef WICK_COMPILER_PASSES_FLATTEN_H
#define WICK_COMPILER_PASSES_FLATTEN_H

#include "compiler/passes/build.h"

typedef struct wick_flattener {
    const wick_pass_context *context;
    wick_ir_graph *graph;
    wick_ir_node *node; // the one that is replaced
    uint32_t region;    // of the nodes that are put in
    uint32_t next_region;
    int64_t next_label;
} wick_flattener;

// Whether the node's result lies in its argument's memory, or the planner may let it.
bool wick_flatten_may_share(const wick_ir_node *node);
// The value in whose memory this one lies, or may come to lie where the planner elides a node.
wick_ir_value *wick_flatten_source(wick_ir_value *value);

// Writes `from` where `to` lies: a room of dynamic shape takes that of `from`.
wick_ir_value *wick_flatten_copy(const wick_builder *builder, wick_ir_value *to,
                                 wick_ir_value *from);

// Puts the bodies of control flow into the list of nodes.
wick_status wick_flatten_control(const wick_pass_context *context, wick_ir_graph *graph);
// Puts elements into the memory that is written instead of into a copy of it, where that is safe.
void wick_flatten_in_place(const wick_pass_context *context, wick_ir_graph *graph);

#endif
