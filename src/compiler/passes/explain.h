// SPDX-License-Identifier: BSD-3-Clause
// What the passes did to each node, and what they left and why: `wick compile --explain`.
//
// Two sources. Around each pass the graph is compared with what it was: nodes that went and came, by
// the name that they have in the archive. What a comparison cannot see (where a node went, and why
// another stayed) passes say in one line, wick_explain_done and wick_explain_left.
#ifndef WICK_COMPILER_PASSES_EXPLAIN_H
#define WICK_COMPILER_PASSES_EXPLAIN_H

#include "compiler/passes/pass.h"

typedef enum wick_explain_kind {
#define WICK_EXPLAIN(id, name) WICK_EXPLAIN_##id,
#include "compiler/passes/explain.def"
#undef WICK_EXPLAIN
    WICK_EXPLAIN_KIND_COUNT
} wick_explain_kind;

// Operators by name, each once, in order of appearance.
typedef struct wick_explain_operators {
    const char **names;
    uint32_t *counts;
    uint32_t count;
} wick_explain_operators;

typedef struct wick_explain_event {
    wick_explain_kind kind;
    uint32_t pass;     // index in wick_passes
    const char *graph; // its name: the method, or a body of control flow
    const char *node;  // as in the archive
    const char *where; // "model.py:34: return self.conv(x)"; "" if not known
    wick_explain_operators from, to;
    const char *text; // of DONE and LEFT; else ""
    struct wick_explain_event *before; // of this name in this pass
    struct wick_explain_event *next;
} wick_explain_event;

typedef struct wick_explain {
    wick_arena *arena;
    uint32_t pass; // that runs now
    wick_explain_event *first;
    wick_explain_event *last;
    wick_map *by_node; // the newest event of this pass, by the node's name
} wick_explain;

// What a pass did to a node, and why it did not: no line where the context wants none. A line that
// the pass has said of the node already is not repeated.
void wick_explain_done(const wick_pass_context *context, const wick_ir_graph *graph,
                       const wick_ir_node *node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void wick_explain_left(const wick_pass_context *context, const wick_ir_graph *graph,
                       const wick_ir_node *node, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

// The nodes of a graph as they were.
typedef struct wick_explain_picture wick_explain_picture;

// What follows is by wick_passes[pass]. All of these do nothing where `explain` is NULL.
void wick_explain_start(wick_explain *explain, uint32_t pass);
wick_explain_picture *wick_explain_before(wick_explain *explain, const wick_ir_graph *graph);
void wick_explain_after(wick_explain *explain, const wick_explain_picture *before,
                        const wick_ir_graph *graph);

#endif
