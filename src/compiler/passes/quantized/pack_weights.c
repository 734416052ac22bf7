// SPDX-License-Identifier: BSD-3-Clause
// Pass pack_weights: linear layers and embeddings on float read constant weights in the bits that
// they were quantized to.
//
// Before  %f = dequantize_per_channel(%w, %s, ..)    %y = aten::linear(%x, %f, %b)    %w constant
// After   %y = wick::linear_f32_w8(%x, %w', %s', %b)    or _w4, where all fit 4 bits
// Holds   the target has Wick's operators; shapes are static; the integers less their zero points
//         fit 8 bits.
// An input that is quantized while running, with one scale or one for each row, gives
// wick::linear_dynamic_s8: the product is one of integers.
// Keeps   results within the rounding of sums in another order.
#include "compiler/passes/explain.h"
#include "compiler/passes/quantized/stored_weight.h"

#include "ops/op.h"
#include "ops/quant/quant_weights.h"

#define SMALLEST_SCALE 0x1p-12 // as WICK_DYNAMIC_TENSOR has it

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

// A value that is quantized and dequantized while running.
typedef struct running {
    const char *quantize, *dequantize, *choose;
    wick_dynamic_scheme scheme;
} running;

static const running runnings[] = {
    {"quantized_decomposed::quantize_per_tensor.tensor",
     "quantized_decomposed::dequantize_per_tensor.tensor",
     "quantized_decomposed::choose_qparams.tensor", WICK_DYNAMIC_TENSOR},
    {"quantized_decomposed::quantize_per_token", "quantized_decomposed::dequantize_per_token",
     "quantized_decomposed::choose_qparams_per_token_asymmetric", WICK_DYNAMIC_TOKEN},
};

// The whole range of int8; where a least scale is given, that of the scheme.
static bool is_whole(const wick_ir_node *node)
{
    double smallest = SMALLEST_SCALE;
    const wick_ir_arg *eps = wick_argument(node, "eps");
    return wick_argument_int(node, "quant_min", INT8_MIN) == INT8_MIN &&
           wick_argument_int(node, "quant_max", INT8_MAX) == INT8_MAX &&
           (eps == NULL || (wick_argument_number(eps, &smallest) && smallest == SMALLEST_SCALE));
}

// Whether both nodes take the scale and zero point that a third found in `source`.
static bool agree(const running *r, const wick_ir_node *quantize, const wick_ir_node *dequantize,
                  const wick_ir_value *source)
{
    enum { SCALE = 1, ZERO_POINT };
    const wick_ir_value *scale = wick_argument_tensor_at(quantize, SCALE);
    const wick_ir_value *zero_point = wick_argument_tensor_at(quantize, ZERO_POINT);
    const wick_ir_node *choose = wick_producer_if(scale, r->choose);
    return choose != NULL && choose->output_count == 2 && choose->outputs[0] == scale &&
           choose->outputs[1] == zero_point && wick_argument_tensor_at(choose, 0) == source &&
           wick_argument_tensor_at(dequantize, SCALE) == scale &&
           wick_argument_tensor_at(dequantize, ZERO_POINT) == zero_point && is_whole(choose) &&
           is_whole(quantize) && is_whole(dequantize);
}

// What was quantized to `value`, views that keep its rows stepped over; NULL if that is no value
// that these schemes make.
static wick_ir_value *read_running(const wick_ir_value *value, const running **found)
{
    const wick_ir_node *view = wick_producer_if(value, "aten::view_copy");
    const wick_ir_value *inner = view != NULL ? wick_argument_tensor_at(view, 0) : value;
    if (inner == NULL || inner->type.rank == 0 ||
        inner->type.sizes[inner->type.rank - 1] != value->type.sizes[value->type.rank - 1]) {
        return NULL;
    }
    for (size_t i = 0; i < sizeof runnings / sizeof runnings[0]; i++) {
        const wick_ir_node *dequantize = wick_producer_if(inner, runnings[i].dequantize);
        const wick_ir_value *steps =
            dequantize != NULL ? wick_argument_tensor_at(dequantize, 0) : NULL;
        const wick_ir_node *quantize = wick_producer_if(steps, runnings[i].quantize);
        wick_ir_value *source = quantize != NULL ? wick_argument_tensor_at(quantize, 0) : NULL;
        *found = &runnings[i];
        if (is_static_f32(source) && steps->type.dtype == WICK_INT8 &&
            agree(&runnings[i], quantize, dequantize, source)) {
            return source;
        }
    }
    return NULL;
}

static wick_ir_value *build_operator(const wick_builder *builder, const layer *l, wick_ir_arg *args,
                                     bool is_narrow)
{
    const running *found = NULL;
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *source = read_running(l->input, &found);
    if (source == NULL) {
        return wick_build(builder, is_narrow ? "wick::linear_f32_w4" : "wick::linear_f32_w8", type,
                          args, 4);
    }
    const wick_ir_type *input = &l->input->type;
    args[0] = wick_ir_arg_value(wick_build_view(builder, source, input->rank, input->sizes));
    args[4] = wick_ir_arg_int((int64_t)found->scheme);
    return wick_build(builder, is_narrow ? "wick::linear_dynamic_s8_w4" : "wick::linear_dynamic_s8",
                      type, args, 5);
}

static wick_ir_value *build_layer(const wick_builder *builder, const layer *l,
                                  const wick_stored_weight *weight)
{
    bool is_narrow = false;
    wick_ir_arg args[5] = {wick_ir_arg_value(l->input)};
    args[3] = l->bias;
    if (!is_static_f32(l->input) ||
        l->input->type.sizes[l->input->type.rank - 1] != weight->depth ||
        !is_bias(&l->bias, weight->rows) ||
        !wick_stored_weight_build(builder, weight, args + 1, &is_narrow)) {
        return NULL;
    }
    return build_operator(builder, l, args, is_narrow);
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

// Says of a node with a weight that is dequantized why it reads floats.
static void tell_float(const wick_builder *builder)
{
    wick_stored_weight weight;
    layer l = {0};
    const wick_ir_node *node = builder->node;
    const bool is_embedding = wick_node_is(node, "aten::embedding");
    if (!is_embedding && !read_layer(node, &l)) {
        return;
    }
    const wick_ir_value *matrix = is_embedding ? wick_argument_tensor(node, "weight") : l.matrix;
    if (wick_stored_weight_read(matrix, l.is_transposed, &weight)) {
        wick_explain_left(builder->context, builder->graph, node,
                          "reads its weight as float: shapes are dynamic or not float32, or an "
                          "integer less its zero point does not fit 8 bits");
    } else if (matrix != NULL && matrix->kind == WICK_IR_RESULT &&
               (matrix->producer->op->traits & WICK_OP_DEQUANTIZE) != 0) {
        wick_explain_left(builder->context, builder->graph, node,
                          "reads its weight as float: %s gives it in a form that no operator reads",
                          matrix->producer->op->name);
    }
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
        } else {
            tell_float(&builder);
        }
    }
    return changed ? wick_pass_eliminate_dead(context, graph) : WICK_OK;
}
