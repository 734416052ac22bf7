// SPDX-License-Identifier: BSD-3-Clause
// Reductions that the official library lacks, of those that it has. Changes the rounding of floats.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <math.h>

static wick_ir_arg argument_or_none(const wick_ir_node *node, const char *name)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL ? *arg : wick_ir_arg_none();
}

// `op_name` with the node's arguments of the same names, its first operand `input`.
static wick_ir_node *build_like(const wick_builder *builder, const char *op_name,
                                wick_ir_value *input, const wick_ir_type *type)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made = wick_build_node(builder, op_name, type, NULL, 0);
    for (uint32_t i = 0; i < made->op->parameter_count; i++) {
        const wick_ir_arg *same = wick_argument(node, made->op->parameters[i].name);
        made->args[i] = same != NULL ? *same : made->args[i];
    }
    made->args[0] = wick_ir_arg_value(input);
    return made;
}

// all(x) = not any(not x)
static wick_status rewrite_all(const wick_builder *builder, const char *any)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_type flags = input->type;
    wick_ir_type result = *type;
    flags.dtype = result.dtype = WICK_BOOL;
    const wick_ir_arg negated[] = {wick_ir_arg_value(input)};
    wick_ir_value *value = wick_build(builder, "aten::logical_not", &flags, negated, 1);
    value = build_like(builder, any, value, &result)->outputs[0];
    const wick_ir_arg found[] = {wick_ir_arg_value(value)};
    wick_replace(builder, 0, wick_build(builder, "aten::logical_not", type, found, 1));
    return WICK_OK;
}

wick_status wick_rewrite_all(const wick_builder *builder)
{
    return rewrite_all(builder, "aten::any");
}

wick_status wick_rewrite_all_dim(const wick_builder *builder)
{
    return rewrite_all(builder, "aten::any.dim");
}

wick_status wick_rewrite_all_dims(const wick_builder *builder)
{
    return rewrite_all(builder, "aten::any.dims");
}

static wick_status rewrite_std(const wick_builder *builder, const char *var)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made =
        build_like(builder, var, wick_argument_tensor_at(node, 0), &node->outputs[0]->type);
    if (node->output_count == 2) {
        wick_ir_node_add_output(builder->graph, made, "mean", &node->outputs[1]->type);
        wick_replace(builder, 1, made->outputs[1]);
    }
    wick_replace(builder, 0, wick_build_unary(builder, "aten::sqrt", made->outputs[0]));
    return WICK_OK;
}

wick_status wick_rewrite_std(const wick_builder *builder)
{
    return rewrite_std(builder, "aten::var.dim");
}

wick_status wick_rewrite_std_correction(const wick_builder *builder)
{
    return rewrite_std(builder, "aten::var.correction");
}

wick_status wick_rewrite_std_mean(const wick_builder *builder)
{
    return rewrite_std(builder, "aten::var_mean.correction");
}

wick_status wick_rewrite_aminmax(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *dim = wick_argument(node, "dim");
    const int64_t one = dim->kind == WICK_IR_INT ? dim->integer : 0;
    const wick_ir_arg args[] = {node->args[0],
                                wick_ir_arg_ints(builder->graph, &one, dim->kind == WICK_IR_INT),
                                *wick_argument(node, "keepdim")};
    wick_replace(builder, 0, wick_build(builder, "aten::amin", &node->outputs[0]->type, args, 3));
    wick_replace(builder, 1, wick_build(builder, "aten::amax", &node->outputs[1]->type, args, 3));
    return WICK_OK;
}

// Orders 1, 2 and the infinities; others stay and are refused by name.
bool wick_applies_to_common_order(const wick_ir_node *node)
{
    double order = 0;
    return wick_argument_number(wick_argument(node, "ord"), &order) &&
           (order == 1 || order == 2 || order == HUGE_VAL || order == -HUGE_VAL);
}

wick_status wick_rewrite_norm_of_sums(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *input = wick_build_cast(builder, wick_argument_tensor_at(node, 0), type->dtype);
    double order = 2;
    wick_argument_number(wick_argument(node, "ord"), &order);
    wick_ir_value *terms = order == 2 ? wick_build_binary(builder, "aten::mul.Tensor", input, input)
                                      : wick_build_unary(builder, "aten::abs", input);
    const char *reduce = order == 1 || order == 2 ? "aten::sum.dim_IntList"
                         : order > 0              ? "aten::amax"
                                                  : "aten::amin";
    wick_ir_arg dims = argument_or_none(node, "dim");
    if (dims.kind == WICK_IR_NONE) {
        dims = wick_ir_arg_ints(builder->graph, NULL, 0);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(terms), dims, *wick_argument(node, "keepdim")};
    wick_ir_value *result = wick_build(builder, reduce, type, args, 3);
    wick_replace(builder, 0, order == 2 ? wick_build_unary(builder, "aten::sqrt", result) : result);
    return WICK_OK;
}

// x / sqrt(mean(x^2) + eps) * weight
wick_status wick_rewrite_rms_norm_of_means(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    wick_ir_value *weight = wick_argument_tensor(node, "weight");
    wick_ir_type type = node->outputs[1]->type;
    const wick_ir_arg *shape = wick_argument(node, "normalized_shape");
    int64_t dims[WICK_MAX_RANK];
    double eps = 0x1p-23;
    if (input->type.dtype != WICK_FLOAT32) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "RMS norm on half precision with official operators");
    }
    wick_argument_number(wick_argument(node, "eps"), &eps);
    for (uint32_t i = 0; i < shape->count; i++) {
        dims[i] = (int64_t)i - shape->count;
    }
    wick_ir_value *squares = wick_build_binary(builder, "aten::mul.Tensor", input, input);
    const wick_ir_arg args[] = {wick_ir_arg_value(squares),
                                wick_ir_arg_ints(builder->graph, dims, shape->count),
                                wick_ir_arg_bool(true)};
    wick_ir_value *rstd = wick_build(builder, "aten::mean.dim", &type, args, 3);
    rstd = wick_build_unary(builder, "aten::rsqrt",
                            wick_build_scalar(builder, "aten::add.Scalar", rstd, eps));
    wick_ir_value *result = wick_build_binary(builder, "aten::mul.Tensor", input, rstd);
    if (weight != NULL) {
        result = wick_build_binary(builder, "aten::mul.Tensor", result, weight);
    }
    wick_replace(builder, 0, result);
    wick_replace(builder, 1, rstd);
    return WICK_OK;
}
