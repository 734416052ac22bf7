// SPDX-License-Identifier: BSD-3-Clause
// Pass flatten: what the graph says of memory that outlives a value becomes nodes, in the order in
// which the program runs them.
//
// Before  return %y                          write %n to %state
// After   %s = wick::copy_(%state, %n)       return %y
//
// and the bodies of control flow stand between jumps: flatten_control.c.
//
// From here on a node may write memory that nodes before it read: all keep their order.
#include "compiler/passes/flatten.h"

#include "ops/op.h"

bool wick_flatten_may_share(const wick_ir_node *node)
{
    return (node->op->traits & WICK_OP_VIEW) != 0 || wick_ir_op_writes(node->op) ||
           wick_node_is(node, "aten::permute_copy") ||
           wick_node_is(node, "aten::slice_copy.Tensor") ||
           wick_node_is(node, "aten::select_copy.int");
}

static bool is_written(const wick_ir_graph *graph, const wick_ir_value *value)
{
    for (uint32_t i = 0; i < graph->written_count; i++) {
        if (graph->written[i] == value) {
            return true;
        }
    }
    return false;
}

wick_ir_value *wick_flatten_source(wick_ir_value *value)
{
    while (value->kind == WICK_IR_RESULT && wick_flatten_may_share(value->producer)) {
        value = wick_argument_tensor_at(value->producer, 0);
    }
    return value;
}

wick_ir_value *wick_flatten_copy(const wick_builder *builder, wick_ir_value *to,
                                 wick_ir_value *from)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(to), wick_ir_arg_value(from)};
    const bool is_room = to->producer != NULL && wick_node_is(to->producer, "wick::room");
    const bool is_static = wick_ir_type_is_static(&to->type);
    return wick_build(builder, is_room && !is_static ? "wick::set_" : "wick::copy_", &to->type,
                      args, 2);
}

// What the value holds now, in memory that no later write reaches.
static wick_ir_value *copy_apart(const wick_builder *builder, wick_ir_value *value)
{
    wick_ir_value *room = wick_build(builder, "wick::room", &value->type, NULL, 0);
    return wick_flatten_copy(builder, room, value);
}

// Returned values and contents that lie in memory which is written now.
static void save_outputs(const wick_builder *builder, wick_ir_graph *graph)
{
    const uint32_t returned = wick_ir_returned_count(graph);
    for (uint32_t i = 0; i < graph->output_count; i++) {
        wick_ir_value *output = graph->outputs[i];
        const wick_ir_value *source = wick_flatten_source(output);
        const bool is_own = i >= returned && source == graph->written[i - returned];
        if (is_written(graph, source) && !is_own && (i >= returned || output == source)) {
            graph->outputs[i] = copy_apart(builder, output);
        }
    }
}

// Written inputs come first among the outputs, as in files of the official exporter.
static void write_contents(const wick_builder *builder, wick_ir_graph *graph)
{
    const uint32_t returned = wick_ir_returned_count(graph);
    wick_ir_value **outputs = wick_arena_alloc(graph->arena, graph->output_count, sizeof *outputs);
    uint32_t count = 0;
    for (uint32_t i = 0; i < graph->written_count; i++) {
        wick_ir_value *target = graph->written[i];
        wick_ir_value *result = wick_flatten_copy(builder, target, graph->outputs[returned + i]);
        if (target->kind == WICK_IR_INPUT) {
            outputs[count++] = result;
        }
    }
    for (uint32_t i = 0; i < returned; i++) {
        outputs[count++] = graph->outputs[i];
    }
    graph->outputs = outputs;
    graph->output_count = count;
    graph->written_count = 0;
}

wick_status wick_pass_flatten(const wick_pass_context *context, wick_ir_graph *graph)
{
    const wick_builder end = {context, graph, NULL, NULL, NULL};
    WICK_TRY(wick_flatten_control(context, graph));
    save_outputs(&end, graph);
    write_contents(&end, graph);
    wick_flatten_in_place(context, graph);
    return WICK_OK;
}
