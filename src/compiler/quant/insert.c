// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/insert.h"

#include "compiler/passes/constant.h"

#include <string.h>

static wick_ir_arg dtype_arg(uint8_t dtype)
{
    return (wick_ir_arg){.kind = WICK_IR_DTYPE, .integer = dtype};
}

static uint8_t step_dtype(const wick_quant_params *params)
{
    return params->is_wide ? WICK_INT16 : WICK_INT8;
}

static wick_ir_value *build_pair_half(const wick_builder *builder, const char *op_name,
                                      wick_ir_value *value, wick_quant_params params)
{
    const uint8_t dtype = step_dtype(&params);
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_real(params.scale),
                                wick_ir_arg_int(params.zero_point),
                                wick_ir_arg_int(params.is_wide ? INT16_MIN : INT8_MIN),
                                wick_ir_arg_int(params.is_wide ? INT16_MAX : INT8_MAX),
                                dtype_arg(dtype)};
    wick_ir_type type = value->type;
    type.dtype = type.dtype == dtype ? WICK_FLOAT32 : dtype;
    return wick_build(builder, op_name, &type, args, 6);
}

static wick_ir_value *build_quantize(const wick_builder *builder, wick_ir_value *value,
                                     wick_quant_params params)
{
    return build_pair_half(builder, "quantized_decomposed::quantize_per_tensor", value, params);
}

static wick_ir_value *build_dequantize(const wick_builder *builder, wick_ir_value *value,
                                       wick_quant_params params)
{
    return build_pair_half(builder, "quantized_decomposed::dequantize_per_tensor", value, params);
}

// A constant operand becomes a constant of steps.
static wick_ir_value *constant_steps(wick_ir_graph *graph, const wick_quant_tensor *tensor)
{
    wick_ir_type type = tensor->value->type;
    type.dtype = step_dtype(&tensor->params);
    uint8_t *steps =
        wick_arena_alloc(graph->arena, tensor->count, wick_dtype_size_bytes(type.dtype));
    float *rounded = wick_arena_alloc(graph->arena, tensor->count, sizeof *rounded);
    wick_quant_round(&tensor->params, (const float *)(const void *)tensor->value->data, rounded,
                     tensor->count);
    for (size_t i = 0; i < tensor->count; i++) {
        const double step = (double)rounded[i] / tensor->params.scale;
        const int32_t whole = (int32_t)(step < 0 ? step - 0.5 : step + 0.5);
        wick_element_set(type.dtype, steps, i, whole + tensor->params.zero_point);
    }
    return wick_ir_constant_create(graph, tensor->value->name, &type, steps);
}

static void replace_outputs(wick_ir_graph *graph, const wick_ir_value *from, wick_ir_value *to)
{
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (graph->outputs[i] == from) {
            graph->outputs[i] = to;
        }
    }
}

typedef struct exchange {
    const wick_ir_value *from;
    wick_ir_value *to;
} exchange;

static void exchange_slot(void *context, wick_ir_value **slot)
{
    const exchange *e = context;
    *slot = *slot == e->from ? e->to : *slot;
}

static void visit_reader(void *context, wick_ir_value **slot)
{
    exchange *e = context;
    e->to = *slot == e->from ? *slot : e->to;
}

// Puts a pair of the other width behind `reals`, before the nodes that read the tensor so: a
// rescaling from one width to the other. Gives its steps; NULL if nothing wants them.
static wick_ir_value *insert_rescaled(wick_quant_model *model, const wick_builder *builder,
                                      const wick_quant_tensor *tensor, wick_ir_value *reals)
{
    const wick_quant_params params =
        tensor->is_wide ? tensor->narrow : wick_quant_widened(&tensor->params);
    exchange e = {reals, NULL};
    wick_ir_value *steps = NULL;
    for (uint32_t i = 0; i < model->node_count; i++) {
        const wick_quant_node *node = &model->nodes[i];
        exchange reader = {reals, NULL};
        wick_ir_node_each_value(node->node, visit_reader, &reader);
        if (reader.to == NULL || !wick_quant_reads_rescaled(node, tensor)) {
            continue;
        }
        if (e.to == NULL) {
            steps = build_quantize(builder, reals, params);
            e.to = build_dequantize(builder, steps, params);
        }
        wick_ir_node_each_value(node->node, exchange_slot, &e);
    }
    return steps == NULL && tensor->leaves_narrow ? build_quantize(builder, reals, params) : steps;
}

// Puts the pair behind the tensor, before all that read it.
static void insert_pair(wick_quant_model *model, wick_quant_tensor *tensor)
{
    wick_ir_graph *graph = model->graph;
    wick_ir_value *value = tensor->value;
    wick_ir_node *before = value->kind == WICK_IR_RESULT ? value->producer->next : graph->first;
    const wick_builder builder = {model->context, graph, value->producer, before, NULL};
    const bool is_input = value->kind == WICK_IR_INPUT && model->int8_io;
    wick_ir_value *steps = value;
    if (is_input) {
        value->type.dtype = WICK_INT8;
    } else if (value->data != NULL) {
        steps = constant_steps(graph, tensor);
    } else {
        steps = build_quantize(&builder, value, tensor->params);
    }
    wick_ir_value *reals = build_dequantize(&builder, steps, tensor->params);
    if (before != NULL) {
        wick_ir_replace_uses_from(graph, before, value, reals);
    }
    reals->producer->args[0] = wick_ir_arg_value(steps);
    if (steps->kind == WICK_IR_RESULT && steps != value) {
        steps->producer->args[0] = wick_ir_arg_value(value);
    }
    wick_ir_value *rescaled = insert_rescaled(model, &builder, tensor, reals);
    replace_outputs(graph, value,
                    tensor->leaves_narrow ? rescaled
                    : model->int8_io      ? steps
                                          : reals);
    wick_ir_count_uses(graph);
    if (reals->use_count == 0) { // an int8 output that nothing else reads
        wick_ir_node_remove(graph, reals->producer);
    }
}

static wick_ir_value *float_vector(wick_ir_graph *graph, const char *name, const float *data,
                                   uint32_t count)
{
    const int64_t size = count;
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 1, &size);
    return wick_ir_constant_create(graph, name, &type, data);
}

static void insert_weight(wick_quant_model *model, const wick_quant_node *node)
{
    wick_ir_graph *graph = model->graph;
    const wick_quant_layer *layer = node->layer;
    wick_ir_arg *weight_arg = &node->node->args[layer->weight_arg];
    wick_ir_type type = weight_arg->value->type;
    const char *name = weight_arg->value->name;
    type.dtype = WICK_INT8;
    wick_ir_value *steps = wick_ir_constant_create(graph, name, &type, layer->steps);
    wick_ir_value *scales = float_vector(graph, wick_arena_format(graph->arena, "%s_scales", name),
                                         layer->scales, layer->outs);
    type.dtype = WICK_FLOAT32;
    const wick_builder builder = {model->context, graph, node->node, node->node, NULL};
    const wick_ir_arg args[] = {wick_ir_arg_value(steps), wick_ir_arg_value(scales),
                                wick_ir_arg_none(),       wick_ir_arg_int(layer->axis),
                                wick_ir_arg_int(-127),    wick_ir_arg_int(127),
                                dtype_arg(WICK_INT8)};
    *weight_arg = wick_ir_arg_value(
        wick_build(&builder, "quantized_decomposed::dequantize_per_channel", &type, args, 7));
    if (layer->bias != NULL) {
        node->node->args[layer->bias_arg] = wick_ir_arg_value(
            float_vector(graph, wick_arena_format(graph->arena, "%s_bias", node->node->name),
                         layer->bias, layer->outs));
    }
}

void wick_quant_insert(wick_quant_model *model)
{
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i].is_active && model->nodes[i].layer != NULL) {
            insert_weight(model, &model->nodes[i]);
        }
    }
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        if (model->tensors[i].is_quantized) {
            insert_pair(model, &model->tensors[i]);
        }
    }
}
