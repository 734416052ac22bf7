// SPDX-License-Identifier: BSD-3-Clause
// Pass contiguous_inside: tensors of another dim order (channels last) are copied at the graph's
// door; all tensors between are contiguous, whatever memory formats the model asks for: formats
// change no value.
//
// Before  %x = input : f32[1, 3, 8, 8]{0,2,3,1}    %y = aten::relu(%x) : f32[1, 3, 8, 8]{0,2,3,1}
// return %y After   %x = input : f32[1, 3, 8, 8]{0,2,3,1}
//         %c = dim_order_ops::_to_dim_order_copy(%x, dim_order=[0, 1, 2, 3]) : f32[1, 3, 8, 8]
//         %y = aten::relu(%c) : f32[1, 3, 8, 8]
//         %o = dim_order_ops::_to_dim_order_copy(%y, dim_order=[0, 2, 3, 1]) : f32[1, 3, 8,
//         8]{0,2,3,1}    return %o
#include "compiler/passes/build.h"
#include "compiler/passes/constant.h"

#include "base/assert.h"

#include <string.h>

static wick_ir_value *copy_in_order(const wick_builder *builder, wick_ir_value *value,
                                    const uint8_t *order)
{
    wick_ir_type type = value->type;
    int64_t dims[WICK_MAX_RANK];
    for (uint32_t i = 0; i < type.rank; i++) {
        type.dim_order[i] = order[i];
        dims[i] = order[i];
    }
    wick_ir_value *copy = wick_build(builder, "dim_order_ops::_to_dim_order_copy", &type,
                                     (wick_ir_arg[]){wick_ir_arg_value(value)}, 1);
    wick_ir_node *node = copy->producer;
    const int32_t index = wick_ir_op_parameter(node->op, "dim_order");
    WICK_ASSERT(index >= 0);
    node->args[index] = wick_ir_arg_ints(builder->graph, dims, type.rank);
    return copy;
}

static bool is_contiguous(const wick_ir_type *type)
{
    const wick_ir_type contiguous = wick_ir_type_tensor(type->dtype, type->rank, type->sizes);
    return type->kind != WICK_VALUE_TENSOR ||
           memcmp(type->dim_order, contiguous.dim_order, type->rank) == 0;
}

static void copy_input(const wick_builder *builder, wick_ir_value *input)
{
    if (is_contiguous(&input->type)) {
        return;
    }
    const wick_ir_type contiguous =
        wick_ir_type_tensor(input->type.dtype, input->type.rank, input->type.sizes);
    if (builder->graph->is_body) { // what it takes comes from inside
        memcpy(input->type.dim_order, contiguous.dim_order, sizeof contiguous.dim_order);
        return;
    }
    wick_ir_value *copy = copy_in_order(builder, input, contiguous.dim_order);
    wick_ir_replace_uses(builder->graph, input, copy);
    wick_ir_arg *self = &copy->producer->args[0];
    *self = wick_ir_arg_value(input); // its own use was replaced too
}

wick_status wick_pass_contiguous_inside(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_ir_type *wanted = wick_arena_alloc(graph->arena, graph->output_count, sizeof *wanted);
    for (uint32_t i = 0; i < graph->output_count; i++) {
        const wick_ir_type *type = &graph->outputs[i]->type;
        wanted[i] = graph->is_body && type->kind == WICK_VALUE_TENSOR
                        ? wick_ir_type_tensor(type->dtype, type->rank, type->sizes)
                        : *type;
    }
    const uint32_t returned = wick_ir_returned_count(graph);
    for (uint32_t i = 0; i < graph->written_count; i++) {
        const wick_ir_type *held = &graph->written[i]->type;
        wanted[returned + i] = graph->written[i]->is_state
                                   ? wick_ir_type_tensor(held->dtype, held->rank, held->sizes)
                                   : *held;
    }
    const wick_builder front = {context, graph, NULL, graph->first, NULL};
    for (uint32_t i = 0; i < graph->input_count; i++) {
        copy_input(&front, graph->inputs[i]);
    }
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        if (value->data != NULL && value->type.kind == WICK_VALUE_TENSOR) {
            wick_constant_straighten(graph, value);
        } else if (value->kind == WICK_IR_RESULT && value->type.kind == WICK_VALUE_TENSOR) {
            const wick_ir_type type = value->type;
            value->type = wick_ir_type_tensor(type.dtype, type.rank, type.sizes);
            value->type.symbols = type.symbols;
        }
    }
    const wick_builder back = {context, graph, NULL, NULL, NULL};
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (!is_contiguous(&wanted[i])) {
            graph->outputs[i] = copy_in_order(&back, graph->outputs[i], wanted[i].dim_order);
        }
    }
    return WICK_OK;
}
