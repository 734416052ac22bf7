// SPDX-License-Identifier: BSD-3-Clause
// Pass pack_weights: linear layers and embeddings on float read constant weights in the bits that
// they were quantized to.
//
// Before  %f = dequantize_per_channel(%w, %s, ..)    %y = aten::linear(%x, %f, %b)    %w constant
// After   %y = wick::linear_f32_w8(%x, %w', %s', %b)    or _w4, where all fit 4 bits
// Holds   the target has Wick's operators; shapes are static; the integers less their zero points
//         fit 8 bits.
// Keeps   results within the rounding of sums in another order.
#include "compiler/passes/stored_weight.h"

#include <string.h>

typedef struct layer {
    wick_ir_value *input;
    wick_ir_arg bias;
    const wick_ir_value *matrix;
    bool is_transposed; // matrix [depth, out]
} layer;

static bool read_layer(const wick_ir_node *node, layer *out)
{
    const bool is_linear = wick_node_is(node, "aten::linear");
    const bool is_addmm = wick_node_is(node, "aten::addmm");
    if (!is_linear && !is_addmm && !wick_node_is(node, "aten::mm")) {
        return false;
    }
    const uint32_t first = is_addmm ? 1 : 0;
    const wick_ir_arg *bias = wick_argument(node, is_addmm ? "self" : "bias");
    *out = (layer){wick_argument_tensor_at(node, first), bias != NULL ? *bias : wick_ir_arg_none(),
                   wick_argument_tensor_at(node, first + 1), !is_linear};
    return wick_is_one(node, "alpha") && wick_is_one(node, "beta");
}

static bool is_static_f32(const wick_ir_value *value)
{
    return value != NULL && value->type.dtype == WICK_FLOAT32 && value->type.rank > 0 &&
           wick_ir_type_is_static(&value->type) && wick_ir_type_fits(&value->type);
}

// None, or a vector of `count`.
static bool is_bias(const wick_ir_arg *arg, int64_t count)
{
    return arg->kind == WICK_IR_NONE ||
           (arg->kind == WICK_IR_VALUE && is_static_f32(arg->value) && arg->value->type.rank == 1 &&
            arg->value->type.sizes[0] == count);
}

static wick_ir_value *build_layer(const wick_builder *builder, const layer *l,
                                  const wick_stored_weight *weight)
{
    bool is_narrow = false;
    wick_ir_arg args[4] = {wick_ir_arg_value(l->input)};
    args[3] = l->bias;
    if (!is_static_f32(l->input) ||
        l->input->type.sizes[l->input->type.rank - 1] != weight->depth ||
        !is_bias(&l->bias, weight->rows) ||
        !wick_stored_weight_build(builder, weight, args + 1, &is_narrow)) {
        return NULL;
    }
    return wick_build(builder, is_narrow ? "wick::linear_f32_w4" : "wick::linear_f32_w8",
                      &builder->node->outputs[0]->type, args, 4);
}

// mul(mm(x, integers), scales of the columns): torchao takes the scales out of the product.
static wick_ir_value *pack_scaled(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_node *product = wick_producer_if(wick_argument_tensor_at(node, 0), "aten::mm");
    const wick_ir_value *scales = wick_argument_tensor_at(node, 1);
    wick_stored_weight weight;
    layer l;
    if (product == NULL || scales == NULL || !wick_ir_value_is_constant(scales) ||
        !wick_same_sizes(&product->outputs[0]->type, &node->outputs[0]->type) ||
        !read_layer(product, &l) || !wick_stored_weight_read(l.matrix, true, &weight) ||
        weight.scales != NULL || weight.scale != 1 || scales->type.dtype != WICK_FLOAT32 ||
        scales->type.rank == 0 || scales->type.sizes[scales->type.rank - 1] != weight.rows ||
        (int64_t)wick_ir_type_count(&scales->type) != weight.rows) {
        return NULL;
    }
    weight.scales = scales;
    return build_layer(builder, &l, &weight);
}

static wick_ir_value *pack_layer(const wick_builder *builder)
{
    wick_stored_weight weight;
    layer l;
    return read_layer(builder->node, &l) &&
                   wick_stored_weight_read(l.matrix, l.is_transposed, &weight)
               ? build_layer(builder, &l, &weight)
               : NULL;
}

static wick_ir_value *pack_embedding(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *indices = wick_argument_tensor(node, "indices");
    const wick_ir_type *type = &node->outputs[0]->type;
    bool is_narrow = false;
    wick_stored_weight weight;
    wick_ir_arg args[3];
    if (indices == NULL || !is_static_f32(node->outputs[0]) ||
        !wick_stored_weight_read(wick_argument_tensor(node, "weight"), false, &weight) ||
        type->sizes[type->rank - 1] != weight.depth ||
        !wick_stored_weight_build(builder, &weight, args, &is_narrow)) {
        return NULL;
    }
    args[2] = *wick_argument(node, "indices");
    return wick_build(builder, is_narrow ? "wick::embedding_w4" : "wick::embedding_w8", type, args,
                      3);
}

static wick_ir_value *pack_node(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (node->output_count != 1 || !is_static_f32(node->outputs[0])) {
        return NULL;
    }
    return wick_node_is(node, "aten::mul.Tensor")  ? pack_scaled(builder)
           : wick_node_is(node, "aten::embedding") ? pack_embedding(builder)
                                                   : pack_layer(builder);
}

wick_status wick_pass_pack_weights(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool changed = false;
    if (context->target->portable_operators || context->official_operators) {
        return WICK_OK;
    }
    // From the end, so that a product is seen with its scales before it is seen alone.
    for (wick_ir_node *node = graph->last; node != NULL; node = node->previous) {
        const wick_builder builder = {context, graph, node, node, NULL};
        wick_ir_value *packed = pack_node(&builder);
        if (packed != NULL) {
            wick_replace(&builder, 0, packed);
            changed = true;
        }
    }
    return changed ? wick_pass_eliminate_dead(context, graph) : WICK_OK;
}
