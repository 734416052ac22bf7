// SPDX-License-Identifier: BSD-3-Clause
// Small graphs for the tests of planning and emission, built by hand.
#ifndef WICK_TESTS_COMPILER_GRAPH_BUILD_H
#define WICK_TESTS_COMPILER_GRAPH_BUILD_H

#include "compiler/ir/ir.h"
#include "compiler/target.h"

enum { GRAPH_ENDS = 8 };

typedef struct graph_build {
    wick_arena *arena;
    wick_ir_graph *graph;
    wick_diag diag;
    wick_target target;
} graph_build;

static inline graph_build graph_begin(void)
{
    graph_build b = {.arena = wick_arena_create()};
    b.diag.arena = b.arena;
    b.graph = wick_ir_graph_create(b.arena, "forward");
    b.graph->inputs = wick_arena_alloc(b.arena, GRAPH_ENDS, sizeof(wick_ir_value *));
    b.graph->outputs = wick_arena_alloc(b.arena, GRAPH_ENDS, sizeof(wick_ir_value *));
    b.target = (wick_target){.name = "test", .alignment_bytes = 16, .memory_count = 1};
    b.target.memories[0] = (wick_target_memory){"sram", 0, 1};
    return b;
}

static inline wick_ir_type graph_f32(int64_t rows, int64_t cols)
{
    const int64_t sizes[] = {rows, cols};
    return wick_ir_type_tensor(WICK_FLOAT32, 2, sizes);
}

static inline wick_ir_value *graph_input(graph_build *b, const char *name, wick_ir_type type)
{
    wick_ir_value *value = wick_ir_value_create(b->graph, name, WICK_IR_INPUT, &type);
    b->graph->inputs[b->graph->input_count++] = value;
    return value;
}

static inline void graph_output(graph_build *b, wick_ir_value *value)
{
    b->graph->outputs[b->graph->output_count++] = value;
}

// A node whose first argument is `self`; the result has `type`.
static inline wick_ir_node *graph_node(graph_build *b, const char *op, wick_ir_value *self,
                                       wick_ir_type type)
{
    wick_ir_node *node = wick_ir_node_create(b->graph, NULL, wick_ir_op_find(op), &type, NULL);
    node->args[0] = wick_ir_arg_value(self);
    return node;
}

static inline wick_ir_value *graph_relu(graph_build *b, wick_ir_value *self)
{
    return graph_node(b, "aten::relu", self, self->type)->outputs[0];
}

// An operator that cannot write over its operand.
static inline wick_ir_value *graph_softmax(graph_build *b, wick_ir_value *self)
{
    wick_ir_node *node = graph_node(b, "aten::_softmax", self, self->type);
    node->args[1] = wick_ir_arg_int(-1);
    node->args[2] = wick_ir_arg_bool(false);
    return node->outputs[0];
}

static inline wick_ir_value *graph_add(graph_build *b, wick_ir_value *self, wick_ir_value *other)
{
    wick_ir_node *node = graph_node(b, "aten::add.Tensor", self, self->type);
    node->args[1] = wick_ir_arg_value(other);
    return node->outputs[0];
}

static inline wick_ir_value *graph_view(graph_build *b, wick_ir_value *self, int64_t rows,
                                        int64_t cols)
{
    const int64_t sizes[] = {rows, cols};
    wick_ir_node *node = graph_node(b, "aten::view_copy", self, graph_f32(rows, cols));
    node->args[1] = wick_ir_arg_ints(b->graph, sizes, 2);
    return node->outputs[0];
}

#endif
