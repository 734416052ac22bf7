// SPDX-License-Identifier: BSD-3-Clause
// Pass lower_dynamic: a linear layer whose input is quantized while the model runs, as torchao
// writes it, becomes one operator. It runs before decompose, which takes these forms apart.
//
// Before  %s, %z = torchao::choose_qparams_affine(%x, "ASYMMETRIC", [1, depth], i8, ..)
//         %q = torchao::quantize_affine(%x, .., %s, %z, ..)
//         %a = torchao::dequantize_affine(%q, .., %s, %z, ..)
//         %f = torchao::dequantize_affine(%w, ..)    %y = aten::linear(%a, %f, %b)
// After   %y = wick::linear_dynamic_s8(%x, %w', %s', %b, 1)    or _w4
// Holds   the target has Wick's operators; one scale for each row of the input, the whole range of
//         int8; weights are constant.
// Keeps   scales, zero points and steps; results within the rounding of sums in another order.
#include "compiler/passes/explain.h"
#include "compiler/passes/quantized/stored_weight.h"
#include "ops/quant/quant_weights.h"

#include <string.h>

#define SMALLEST_NORMAL 0x1p-126 // what a scale is at least, by default
#define EPSILON         0x1p-23

// An activation that is quantized row by row.
typedef struct dynamic_input {
    wick_ir_value *value;
    const wick_ir_node *choose;
    const wick_ir_value *steps; // int8
    wick_dynamic_scheme scheme;
} dynamic_input;

// Argument `name` is the bound, or None where that is the type's own.
static bool is_bound(const wick_ir_node *node, const char *name, double bound)
{
    double number = bound;
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg->kind == WICK_IR_NONE || (wick_argument_number(arg, &number) && number == bound);
}

// block_size is [1, .., 1, depth] and the steps those of int8.
static bool is_by_row(const wick_ir_node *node, const wick_ir_type *type)
{
    const wick_ir_arg *block = wick_argument(node, "block_size");
    if (type->rank == 0 || block->kind != WICK_IR_INTS || block->count != type->rank ||
        !is_bound(node, "quant_min", INT8_MIN) || !is_bound(node, "quant_max", INT8_MAX)) {
        return false;
    }
    for (uint32_t i = 0; i < block->count; i++) {
        if (block->list.ints[i] != (i + 1 == block->count ? type->sizes[i] : 1)) {
            return false;
        }
    }
    return true;
}

static bool read_scheme(const wick_ir_node *choose, wick_dynamic_scheme *scheme)
{
    const wick_ir_arg *mapping = wick_argument(choose, "mapping_type");
    const wick_ir_arg *target = wick_argument(choose, "target_dtype");
    double smallest = SMALLEST_NORMAL;
    wick_argument_number(wick_argument(choose, "eps"), &smallest);
    if (mapping->kind != WICK_IR_STRING || target->kind != WICK_IR_DTYPE ||
        target->integer != WICK_INT8) {
        return false;
    }
    const bool is_symmetric = strcmp(mapping->string, "SYMMETRIC") == 0;
    *scheme = is_symmetric          ? WICK_DYNAMIC_SYMMETRIC
              : smallest == EPSILON ? WICK_DYNAMIC_FLOORED
                                    : WICK_DYNAMIC_AFFINE;
    return (smallest == EPSILON || (smallest == SMALLEST_NORMAL && !is_symmetric)) &&
           (is_symmetric || strcmp(mapping->string, "ASYMMETRIC") == 0);
}

// Whether a node takes the scale and zero point that `choose` found.
static bool takes(const wick_ir_node *node, const wick_ir_node *choose)
{
    return wick_argument_tensor(node, "scale") == choose->outputs[0] &&
           wick_argument_tensor(node, "zero_point") == choose->outputs[1];
}

// Reads the quantize_affine that makes `steps`.
static bool read_quantize(const wick_ir_value *steps, dynamic_input *out)
{
    const wick_ir_node *quantize = wick_producer_if(steps, "torchao::quantize_affine");
    out->value = quantize != NULL ? wick_argument_tensor_at(quantize, 0) : NULL;
    const wick_ir_value *scale = quantize != NULL ? wick_argument_tensor(quantize, "scale") : NULL;
    out->choose = wick_producer_if(scale, "torchao::choose_qparams_affine");
    out->steps = steps;
    if (out->value == NULL || out->choose == NULL || out->choose->output_count != 2 ||
        steps->type.dtype != WICK_INT8 || out->value->type.dtype != WICK_FLOAT32 ||
        !wick_ir_type_is_static(&out->value->type) || !wick_ir_type_fits(&out->value->type)) {
        return false;
    }
    const wick_ir_type *type = &out->value->type;
    return wick_argument_tensor_at(out->choose, 0) == out->value && takes(quantize, out->choose) &&
           is_by_row(quantize, type) && is_by_row(out->choose, type) &&
           out->choose->outputs[0]->type.dtype == WICK_FLOAT32 &&
           read_scheme(out->choose, &out->scheme);
}

static bool read_dynamic(const wick_ir_value *value, dynamic_input *out)
{
    const wick_ir_node *node = wick_producer_if(value, "torchao::dequantize_affine");
    return node != NULL && value->type.dtype == WICK_FLOAT32 &&
           read_quantize(wick_argument_tensor_at(node, 0), out) && takes(node, out->choose) &&
           is_by_row(node, &out->value->type);
}

static wick_ir_value *build_dynamic(const wick_builder *builder, const dynamic_input *input,
                                    const wick_stored_weight *weight, wick_ir_arg bias)
{
    bool is_narrow = false;
    const wick_ir_type *in = &input->value->type;
    wick_ir_type type = *in;
    wick_ir_arg args[5] = {wick_ir_arg_value(input->value)};
    args[3] = bias;
    args[4] = wick_ir_arg_int((int64_t)input->scheme);
    type.sizes[type.rank - 1] = weight->rows;
    if (in->sizes[in->rank - 1] != weight->depth ||
        !wick_stored_weight_build(builder, weight, args + 1, &is_narrow)) {
        return NULL;
    }
    wick_ir_value *result =
        wick_build(builder, is_narrow ? "wick::linear_dynamic_s8_w4" : "wick::linear_dynamic_s8",
                   &type, args, 5);
    const wick_ir_type *wanted = &builder->node->outputs[0]->type;
    return wick_build_view(builder, result, wanted->rank, wanted->sizes);
}

static bool is_bias(const wick_ir_arg *arg, int64_t count)
{
    return arg->kind == WICK_IR_NONE ||
           (arg->kind == WICK_IR_VALUE && arg->value->type.dtype == WICK_FLOAT32 &&
            arg->value->type.rank == 1 && arg->value->type.sizes[0] == count);
}

static wick_ir_value *lower_linear(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_node *matrix =
        wick_producer_if(wick_argument_tensor(node, "weight"), "torchao::dequantize_affine");
    const wick_ir_arg *bias = wick_argument(node, "bias");
    dynamic_input input;
    wick_stored_weight weight;
    return matrix != NULL && read_dynamic(wick_argument_tensor(node, "input"), &input) &&
                   wick_stored_weight_of_affine(matrix, &weight) && is_bias(bias, weight.rows)
               ? build_dynamic(builder, &input, &weight, *bias)
               : NULL;
}

// Steps back over what keeps the numbers in their order: views, and casts to a type that holds
// them.
static const wick_ir_value *behind(const wick_ir_value *value)
{
    static const char *const names[] = {"aten::reshape", "aten::view", "aten::flatten.using_ints",
                                        "aten::to.dtype", "aten::_to_copy"};
    bool moved = true;
    while (moved && value != NULL && value->kind == WICK_IR_RESULT) {
        moved = false;
        for (size_t i = 0; i < sizeof names / sizeof names[0] && !moved; i++) {
            moved = wick_node_is(value->producer, names[i]);
        }
        value = moved ? wick_argument_tensor_at(value->producer, 0) : value;
    }
    return value;
}

// The operand of op(value, number) behind views and casts; NULL if `value` is no such node.
static const wick_ir_value *operand_of(const wick_ir_value *value, const char *op_name,
                                       double number)
{
    double found = number + 1;
    const wick_ir_node *node = wick_producer_if(behind(value), op_name);
    return node != NULL && wick_argument_number(wick_argument(node, "other"), &found) &&
                   found == number && wick_is_one(node, "alpha")
               ? wick_argument_tensor_at(node, 0)
               : NULL;
}

// t(constant) of a product of integers: [depth, rows].
static bool read_turned(const wick_ir_value *value, wick_stored_weight *out)
{
    const wick_ir_node *turn = wick_producer_if(value, "aten::t");
    const wick_ir_value *integers = turn != NULL ? wick_argument_tensor_at(turn, 0) : NULL;
    if (integers == NULL || !wick_ir_value_is_constant(integers) ||
        integers->type.dtype != WICK_INT8 || integers->type.rank != 2) {
        return false;
    }
    *out = (wick_stored_weight){.integers = integers,
                                .rows = integers->type.sizes[0],
                                .depth = integers->type.sizes[1],
                                .groups = 1,
                                .scale = 1};
    return out->depth > 0 && out->rows > 0;
}

// The node sum(matrix, dim 0).
static bool is_sum_of(const wick_ir_node *sum, const wick_ir_value *matrix)
{
    const wick_ir_arg *dims = sum != NULL ? wick_argument(sum, "dim") : NULL;
    return sum != NULL && sum->outputs[0]->type.dtype == WICK_INT32 &&
           wick_argument_tensor_at(sum, 0) == matrix && dims->kind == WICK_IR_INTS &&
           dims->count == 1 && dims->list.ints[0] == 0;
}

// The product of q and w. torchao exports int_mm(q, w), or int_mm(q + 128, w) - 128 * sum(w) on
// processors that take the first factor as uint8.
static bool read_product(const wick_ir_value *value, dynamic_input *input, wick_stored_weight *out)
{
    enum { OFFSET = 128 };
    const wick_ir_node *product = wick_producer_if(behind(value), "aten::_int_mm");
    const wick_ir_node *difference = wick_producer_if(behind(value), "aten::sub.Tensor");
    const wick_ir_value *steps = product != NULL ? wick_argument_tensor_at(product, 0) : NULL;
    if (difference != NULL && wick_is_one(difference, "alpha")) {
        product = wick_producer_if(wick_argument_tensor_at(difference, 0), "aten::_int_mm");
        const wick_ir_node *sum = wick_producer_if(
            operand_of(wick_argument_tensor_at(difference, 1), "aten::mul.Tensor", OFFSET),
            "aten::sum.dim_IntList");
        if (product == NULL || !is_sum_of(sum, wick_argument_tensor_at(product, 1))) {
            return false;
        }
        steps = operand_of(wick_argument_tensor_at(product, 0), "aten::add.Tensor", OFFSET);
    }
    return steps != NULL && read_turned(wick_argument_tensor_at(product, 1), out) &&
           read_quantize(behind(steps), input);
}

// mul(mul(product, scales of the rows), scales of the columns).
static wick_ir_value *lower_product(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *columns = behind(wick_argument_tensor_at(node, 1));
    const wick_ir_node *rows =
        wick_producer_if(behind(wick_argument_tensor_at(node, 0)), "aten::mul.Tensor");
    dynamic_input input;
    wick_stored_weight weight;
    if (rows == NULL || columns == NULL || !wick_ir_value_is_constant(columns) ||
        columns->type.dtype != WICK_FLOAT32 ||
        !read_product(wick_argument_tensor_at(rows, 0), &input, &weight) ||
        input.scheme != WICK_DYNAMIC_SYMMETRIC ||
        behind(wick_argument_tensor_at(rows, 1)) != input.choose->outputs[0] ||
        (int64_t)wick_ir_type_count(&columns->type) != weight.rows) {
        return NULL;
    }
    weight.scales = columns;
    return build_dynamic(builder, &input, &weight, wick_ir_arg_none());
}

static void tell_float(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (wick_node_is(node, "aten::linear") &&
        wick_producer_if(wick_argument_tensor(node, "weight"), "torchao::dequantize_affine") !=
            NULL) {
        wick_explain_left(builder->context, builder->graph, node,
                          "its input is not quantized to int8 by row in one of torchao's schemes, "
                          "or its weight is not dequantized by groups of a row");
    }
}

wick_status wick_pass_lower_dynamic(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool changed = false;
    if (context->target->portable_operators || context->official_operators) {
        return WICK_OK;
    }
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        const wick_builder builder = {context, graph, node, node, NULL};
        const bool is_candidate =
            node->output_count == 1 && node->outputs[0]->type.dtype == WICK_FLOAT32;
        wick_ir_value *result = !is_candidate                            ? NULL
                                : wick_node_is(node, "aten::linear")     ? lower_linear(&builder)
                                : wick_node_is(node, "aten::mul.Tensor") ? lower_product(&builder)
                                                                         : NULL;
        if (result != NULL) {
            wick_replace(&builder, 0, result);
            changed = true;
        } else {
            tell_float(&builder);
        }
    }
    return changed ? wick_pass_eliminate_dead(context, graph) : WICK_OK;
}
