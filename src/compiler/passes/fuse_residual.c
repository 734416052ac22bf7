// SPDX-License-Identifier: BSD-3-Clause
// Pass fuse_residual: a sum becomes the end of the layer that computes one of its operands.
//
// Before  %c = wick::conv2d_s8(%x, %w, None, %b)    %y = wick::add_s8(%c, %r, %p)
// After   %y = wick::conv2d_s8(%x, %w, %r, %b')
// Holds   nothing else reads %c, the operands have the shape of the sum, which is no difference.
// Keeps   every bit: the layer rounds to its int8 result as before, and adds as wick::add_s8 does.
//
// The layer moves to where the sum stands, so that the residual is there. Of two layers the later
// one takes the sum.
#include "compiler/passes/build.h"
#include "compiler/passes/explain.h"
#include "compiler/passes/quantized/quant_layer.h"
#include "ops/quant/quant_elementwise.h"

#include <string.h>

static bool read_sum(const wick_ir_node *node, wick_add_s8_block *out)
{
    const wick_ir_value *block = wick_argument_tensor(node, "block");
    if (block == NULL || !wick_ir_value_is_constant(block) || block->type.dtype != WICK_INT32 ||
        wick_ir_type_size_bytes(&block->type) < sizeof *out) {
        return false;
    }
    memcpy(out, block->data, sizeof *out);
    return out->params.b_sign == 1;
}

// The node that computes operand `at` for this sum alone, and has no residual yet.
static wick_ir_node *layer_of(wick_arena *arena, const wick_ir_node *sum, uint32_t at,
                              wick_quant_layer *out)
{
    const wick_ir_value *operand = wick_argument_tensor_at(sum, at);
    if (operand == NULL || operand->kind != WICK_IR_RESULT || operand->use_count != 1 ||
        !wick_same_sizes(&operand->type, &sum->outputs[0]->type) ||
        !wick_quant_layer_read(arena, operand->producer, out) || out->residual != NULL) {
        return NULL;
    }
    return operand->producer;
}

// The sum with the layer's result as its first operand.
static wick_quant_residual with_layer_first(const wick_add_s8_block *sum, uint32_t at)
{
    wick_quant_residual residual = sum->params.sum;
    if (at == 1) {
        residual.a = sum->params.sum.b;
        residual.b = sum->params.sum.a;
    }
    return residual;
}

static void fuse(const wick_builder *builder, const wick_ir_node *node, uint32_t at,
                 wick_quant_layer *layer)
{
    wick_add_s8_block sum;
    const wick_ir_value *result = node->outputs[0];
    read_sum(builder->node, &sum);
    layer->residual = wick_argument_tensor_at(builder->node, 1 - at);
    layer->residual_scale = with_layer_first(&sum, at);
    wick_ir_node *moved = wick_build_node(builder, node->op->name, &result->type, node->args,
                                          node->op->parameter_count);
    moved->args[wick_ir_op_parameter(node->op, "residual")] = wick_ir_arg_value(layer->residual);
    wick_quant_layer_write(builder->graph, moved, layer);
    wick_replace(builder, 0, moved->outputs[0]);
}

// Whether the sum is gone; its layer is dead then.
static bool fuse_sum(const wick_pass_context *context, wick_ir_graph *graph, wick_ir_node *node)
{
    const wick_builder builder = {context, graph, node, node, NULL};
    wick_add_s8_block sum;
    wick_quant_layer layers[2];
    const wick_ir_value *a = wick_argument_tensor_at(node, 0);
    const wick_ir_value *b = wick_argument_tensor_at(node, 1);
    if (!read_sum(node, &sum) || a == NULL || b == NULL || !wick_same_sizes(&a->type, &b->type)) {
        wick_explain_left(context, graph, node,
                          "it is a difference, or its operands are not of one shape");
        return false;
    }
    wick_ir_node *first = layer_of(graph->arena, node, 0, &layers[0]);
    wick_ir_node *second = layer_of(graph->arena, node, 1, &layers[1]);
    if (first == NULL && second == NULL) {
        wick_explain_left(context, graph, node,
                          "no layer computes an operand for this sum alone and has no sum yet");
        return false;
    }
    const bool takes_second =
        first == NULL || (second != NULL && second->outputs[0]->index > first->outputs[0]->index);
    const wick_ir_node *layer = takes_second ? second : first;
    wick_explain_done(context, graph, node, "is the end of '%s' (%s)", layer->name,
                      layer->op->name);
    fuse(&builder, takes_second ? second : first, takes_second ? 1 : 0,
         &layers[takes_second ? 1 : 0]);
    wick_ir_node_remove(graph, takes_second ? second : first);
    return true;
}

static void number_results(wick_ir_graph *graph)
{
    uint32_t number = 0;
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        for (uint32_t i = 0; i < node->output_count; i++) {
            node->outputs[i]->index = number;
        }
        number++;
    }
}

wick_status wick_pass_fuse_residual(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_ir_node *next = NULL;
    wick_ir_count_uses(graph);
    number_results(graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        next = node->next;
        if (wick_node_is(node, "wick::add_s8") && fuse_sum(context, graph, node)) {
            wick_ir_node_remove(graph, node);
        }
    }
    return WICK_OK;
}
