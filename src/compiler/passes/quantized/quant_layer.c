// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/quantized/quant_layer.h"

#include "compiler/passes/build.h"
#include "compiler/passes/evaluate.h"

#include <string.h>

enum { ARRAYS = 3 }; // bias, multipliers, shifts

static const char *const op_names[] = {
    [WICK_QUANT_CONV] = "wick::conv2d_s8",
    [WICK_QUANT_DEPTHWISE] = "wick::depthwise_conv2d_s8",
    [WICK_QUANT_TRANSPOSED] = "wick::transpose_conv2d_s8",
    [WICK_QUANT_LINEAR] = "wick::linear_s8",
};

static bool find_kind(const wick_ir_node *node, wick_quant_layer_kind *out)
{
    for (uint32_t i = 0; i < sizeof op_names / sizeof op_names[0]; i++) {
        if (wick_node_is(node, op_names[i])) {
            *out = (wick_quant_layer_kind)i;
            return true;
        }
    }
    return false;
}

static const wick_ir_value *constant_of(const wick_ir_node *node, const char *name)
{
    const wick_ir_value *value = wick_argument_tensor(node, name);
    return value != NULL && wick_ir_value_is_constant(value) ? value : NULL;
}

// What a linear layer is as a convolution.
static void set_linear(const wick_linear_s8_block *block, wick_quant_layer *layer)
{
    const wick_quant_axis one = {
        .in = 1, .out = 1, .kernel = 1, .stride = 1, .dilation = 1, .kernel_step = 1, .in_step = 1};
    layer->params = (wick_quant_conv_params){.batch = block->rows,
                                             .groups = 1,
                                             .in_channels = block->depth,
                                             .out_channels = block->cols,
                                             .height = one,
                                             .width = one,
                                             .input_offset = block->input_offset,
                                             .range = block->range,
                                             .is_backward = block->is_backward};
    layer->residual_scale = block->residual;
}

// The struct at the start of a block, from its words.
static void set_params(const int32_t *words, wick_quant_layer *layer)
{
    if (layer->kind == WICK_QUANT_LINEAR) {
        wick_linear_s8_block block;
        memcpy(&block, words, sizeof block);
        set_linear(&block, layer);
        return;
    }
    wick_conv2d_s8_block block;
    memcpy(&block, words, sizeof block);
    layer->params = block.params;
    layer->residual_scale = block.residual;
}

static size_t struct_words(const wick_quant_layer *layer)
{
    return layer->kind == WICK_QUANT_LINEAR ? WICK_QUANT_BIAS_AT(wick_linear_s8_block)
                                            : WICK_QUANT_BIAS_AT(wick_conv2d_s8_block);
}

static int32_t *read_words(wick_arena *arena, const wick_ir_value *block)
{
    const size_t count = wick_ir_type_count(&block->type);
    int32_t *words = wick_arena_alloc(arena, count, sizeof *words);
    memcpy(words, block->data, count * sizeof *words); // both little-endian
    return words;
}

static bool has_valid_scales(const wick_quant_layer *layer)
{
    for (int32_t c = 0; c < layer->params.out_channels; c++) {
        if (!wick_quant_scale_is_valid(layer->multipliers[c], layer->shifts[c])) {
            return false;
        }
    }
    return true;
}

bool wick_quant_layer_read(wick_arena *arena, const wick_ir_node *node, wick_quant_layer *out)
{
    const char *reason;
    if (!find_kind(node, &out->kind) || !wick_ir_type_is_static(&node->outputs[0]->type)) {
        return false;
    }
    const wick_ir_value *weight = constant_of(node, "weight");
    const wick_ir_value *block = constant_of(node, "block");
    if (weight == NULL || block == NULL || wick_evaluate_check(arena, node, &reason) != WICK_OK) {
        return false; // legalize says why
    }
    int32_t *words = read_words(arena, block);
    set_params(words, out);
    out->input = wick_argument_tensor(node, "input");
    out->residual = wick_argument_tensor(node, "residual");
    out->weight = (const int8_t *)weight->data;
    out->bias = words + struct_words(out);
    out->multipliers = out->bias + out->params.out_channels;
    out->shifts = out->multipliers + out->params.out_channels;
    return has_valid_scales(out);
}

int32_t wick_quant_layer_depth(const wick_quant_layer *layer)
{
    const wick_quant_conv_params *p = &layer->params;
    return layer->kind == WICK_QUANT_DEPTHWISE ? 1 : p->in_channels / p->groups;
}

int32_t wick_quant_layer_taps(const wick_quant_layer *layer)
{
    return layer->params.height.kernel * layer->params.width.kernel;
}

int32_t wick_quant_layer_in_channel(const wick_quant_layer *layer, int32_t out_channel, int32_t i)
{
    const wick_quant_conv_params *p = &layer->params;
    if (layer->kind == WICK_QUANT_DEPTHWISE) {
        return out_channel / (p->out_channels / p->in_channels);
    }
    const int32_t group = out_channel / (p->out_channels / p->groups);
    return group * (p->in_channels / p->groups) + i;
}

size_t wick_quant_layer_weight_at(const wick_quant_layer *layer, int32_t out_channel, int32_t tap,
                                  int32_t i)
{
    if (layer->kind == WICK_QUANT_DEPTHWISE) {
        return (size_t)tap * (size_t)layer->params.out_channels + (size_t)out_channel;
    }
    const size_t position =
        (size_t)out_channel * (size_t)wick_quant_layer_taps(layer) + (size_t)tap;
    return position * (size_t)wick_quant_layer_depth(layer) + (size_t)i;
}

size_t wick_quant_layer_weight_bytes(const wick_quant_layer *layer)
{
    return (size_t)layer->params.out_channels * (size_t)wick_quant_layer_taps(layer) *
           (size_t)wick_quant_layer_depth(layer);
}

uint64_t wick_quant_layer_macs(const wick_quant_layer *layer)
{
    const wick_quant_conv_params *p = &layer->params;
    const bool by_input = layer->kind == WICK_QUANT_TRANSPOSED;
    const uint64_t rows = (uint64_t)(by_input ? p->height.in : p->height.out);
    const uint64_t columns = (uint64_t)(by_input ? p->width.in : p->width.out);
    return (uint64_t)p->batch * rows * columns * wick_quant_layer_weight_bytes(layer);
}

static wick_ir_value *make_weight(wick_ir_graph *graph, const wick_ir_value *old,
                                  const wick_quant_layer *layer)
{
    wick_ir_type type = old->type;
    if (layer->kind == WICK_QUANT_DEPTHWISE) {
        type.sizes[type.rank - 1] = layer->params.out_channels;
    } else {
        type.sizes[0] = layer->params.out_channels;
        type.sizes[type.rank - 1] = wick_quant_layer_depth(layer);
    }
    return wick_ir_constant_create(graph, old->name, &type, layer->weight);
}

static void get_struct(const wick_quant_layer *layer, int32_t *words)
{
    const wick_quant_conv_params *p = &layer->params;
    if (layer->kind == WICK_QUANT_LINEAR) {
        const wick_linear_s8_block block = {.rows = p->batch,
                                            .depth = p->in_channels,
                                            .cols = p->out_channels,
                                            .input_offset = p->input_offset,
                                            .range = p->range,
                                            .is_backward = p->is_backward,
                                            .residual = layer->residual_scale};
        memcpy(words, &block, sizeof block);
        return;
    }
    const wick_conv2d_s8_block block = {*p, layer->residual_scale};
    memcpy(words, &block, sizeof block);
}

static wick_ir_value *make_block(wick_ir_graph *graph, const wick_ir_value *old,
                                 const wick_quant_layer *layer)
{
    const size_t channels = (size_t)layer->params.out_channels;
    const size_t first = struct_words(layer);
    const int64_t count = (int64_t)(first + ARRAYS * channels);
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT32, 1, &count);
    const int32_t *const arrays[ARRAYS] = {layer->bias, layer->multipliers, layer->shifts};
    int32_t *words = wick_arena_alloc(graph->arena, (size_t)count, sizeof *words);
    get_struct(layer, words);
    for (size_t i = 0; i < ARRAYS; i++) {
        memcpy(words + first + i * channels, arrays[i], channels * sizeof *words);
    }
    return wick_ir_constant_create(graph, old->name, &type, words);
}

void wick_quant_layer_write(wick_ir_graph *graph, wick_ir_node *node, const wick_quant_layer *layer)
{
    const int32_t weight = wick_ir_op_parameter(node->op, "weight");
    const int32_t block = wick_ir_op_parameter(node->op, "block");
    wick_ir_type *type = &node->outputs[0]->type;
    node->args[weight].value = make_weight(graph, node->args[weight].value, layer);
    node->args[block].value = make_block(graph, node->args[block].value, layer);
    type->sizes[type->rank - 1] = layer->params.out_channels;
}
