// SPDX-License-Identifier: BSD-3-Clause
// Random numbers: distributions that are arithmetic on uniform or normal numbers, and dropout. In
// eval mode dropout gives back its input; in training it draws while the model runs.
//
// Before  %y = aten::normal.Tensor_float(%m, 2.0)
// After   %r = aten::randn_like(%m)    %s = aten::mul.Scalar(%r, 2.0)    %y = aten::add.Tensor(%s,
// %m)
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static double number_of(const wick_ir_node *node, const char *name, double fallback)
{
    double number = fallback;
    wick_argument_number(wick_argument(node, name), &number);
    return number;
}

// `op_name`, rand_like or randn_like, with the shape of a value and the type of the result.
static wick_ir_value *build_like(const wick_builder *builder, const char *op_name,
                                 wick_ir_value *like)
{
    wick_ir_type type = like->type;
    type.dtype = builder->node->outputs[0]->type.dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(like)};
    return wick_build(builder, op_name, &type, args, 1);
}

// value * factor + offset.
static wick_ir_value *scaled(const wick_builder *builder, wick_ir_value *value, double factor,
                             double offset)
{
    value = factor == 1 ? value : wick_build_scalar(builder, "aten::mul.Scalar", value, factor);
    return offset == 0 ? value : wick_build_scalar(builder, "aten::add.Scalar", value, offset);
}

// randint and randint_like without a lower end: 0.
wick_status wick_rewrite_randint(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made =
        wick_build_node(builder, builder->detail, &node->outputs[0]->type, NULL, 0);
    for (uint32_t i = 0; i < made->op->parameter_count; i++) {
        const wick_ir_arg *same = wick_argument(node, made->op->parameters[i].name);
        made->args[i] = same != NULL ? *same : made->args[i];
    }
    made->args[wick_ir_op_parameter(made->op, "low")] = wick_ir_arg_int(0);
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

// The end of what random_() fills a tensor with: integers that the type holds exactly.
static int64_t end_of_type(uint8_t dtype)
{
    switch (dtype) {
    case WICK_BOOL:
        return 2;
    case WICK_UINT8:
        return 256;
    case WICK_INT8:
        return 128;
    case WICK_INT16:
        return 32768;
    case WICK_INT32:
        return (int64_t)1 << 31;
    case WICK_FLOAT16:
        return 2049;
    case WICK_BFLOAT16:
        return 257;
    case WICK_FLOAT32:
        return ((int64_t)1 << 24) + 1;
    }
    return INT64_MAX;
}

// random_(from, to): integers of [from, to) in the tensor's own type.
wick_status wick_rewrite_random(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const wick_ir_arg args[] = {
        node->args[0], wick_ir_arg_int(wick_argument_int(node, "from", 0)),
        wick_ir_arg_int(wick_argument_int(node, "to", end_of_type(type->dtype)))};
    wick_replace(builder, 0, wick_build(builder, "aten::randint_like.low_dtype", type, args, 3));
    return WICK_OK;
}

wick_status wick_rewrite_uniform(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const double from = number_of(node, "from", 0);
    wick_ir_value *unit = build_like(builder, "aten::rand_like", wick_argument_tensor_at(node, 0));
    wick_replace(builder, 0, scaled(builder, unit, number_of(node, "to", 1) - from, from));
    return WICK_OK;
}

// Normal numbers of the result's shape.
static wick_ir_value *build_normal(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *mean = wick_argument_tensor(node, "mean");
    wick_ir_value *std = wick_argument_tensor(node, "std");
    wick_ir_value *self = wick_argument_tensor(node, "self");
    if (mean != NULL && std != NULL) {
        mean = wick_build_expand(builder, mean, type->rank, type->sizes);
    }
    wick_ir_value *like = self != NULL ? self : mean != NULL ? mean : std;
    if (like != NULL) {
        return build_like(builder, "aten::randn_like", like);
    }
    const wick_ir_arg args[] = {*wick_argument(node, "size")};
    return wick_build(builder, "aten::randn", type, args, 1);
}

// Mean and standard deviation are numbers or tensors.
wick_status wick_rewrite_normal(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *mean = wick_argument_tensor(node, "mean");
    wick_ir_value *std = wick_argument_tensor(node, "std");
    wick_ir_value *result = build_normal(builder);
    result = std != NULL ? wick_build_binary(builder, "aten::mul.Tensor", result, std)
                         : scaled(builder, result, number_of(node, "std", 1), 0);
    result = mean != NULL ? wick_build_binary(builder, "aten::add.Tensor", result, mean)
                          : scaled(builder, result, 1, number_of(node, "mean", 0));
    if (builder->detail != NULL) { // log_normal
        result = wick_build_unary(builder, "aten::exp", result);
    }
    wick_replace(builder, 0, result);
    return WICK_OK;
}

// bernoulli(self, p) with a tensor of probabilities.
wick_status wick_rewrite_bernoulli(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *p =
        wick_build_expand(builder, wick_argument_tensor(node, "p"), type->rank, type->sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(p)};
    wick_replace(builder, 0, wick_build(builder, "aten::bernoulli", type, args, 1));
    return WICK_OK;
}

// max(x, 0) + slope * min(x, 0), with a slope for each element in training.
wick_status wick_rewrite_rrelu(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *x = wick_argument_tensor(node, "self");
    const double lower = number_of(node, "lower", 1.0 / 8);
    const double upper = number_of(node, "upper", 1.0 / 3);
    wick_ir_count_uses(builder->graph);
    if (node->output_count > 1 && node->outputs[1]->use_count > 0) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "its second result, the noise, serves training alone");
    }
    if (!wick_argument_bool(node, "training", false)) {
        wick_replace(builder, 0,
                     wick_build_scalar(builder, "aten::leaky_relu", x, (lower + upper) / 2));
        return WICK_OK;
    }
    wick_ir_value *slope =
        scaled(builder, build_like(builder, "aten::rand_like", x), upper - lower, lower);
    const wick_ir_arg below[] = {wick_ir_arg_value(x), wick_ir_arg_none(), wick_ir_arg_real(0)};
    wick_ir_value *negative = wick_build(builder, "aten::clamp", &x->type, below, 3);
    wick_ir_value *positive = wick_build_scalar(builder, "aten::clamp", x, 0);
    wick_replace(
        builder, 0,
        wick_build_binary(builder, "aten::add.Tensor", positive,
                          wick_build_binary(builder, "aten::mul.Tensor", negative, slope)));
    return WICK_OK;
}

bool wick_dropout_draws(const wick_ir_node *node)
{
    return wick_argument_bool(node, "train", true) && number_of(node, "p", 1) != 0;
}

bool wick_applies_to_idle_dropout(const wick_ir_node *node)
{
    return !wick_dropout_draws(node);
}

// Ones to draw for: of the input's shape, or one for each sample and channel.
static wick_ir_value *build_ones(const wick_builder *builder, bool is_feature)
{
    wick_ir_type type = wick_argument_tensor_at(builder->node, 0)->type;
    for (uint32_t i = 2; is_feature && i < type.rank; i++) {
        type = wick_type_with_size(builder, &type, i, 1);
    }
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type.sizes, type.rank),
                                wick_number(type.dtype, 1)};
    return wick_build(builder, "aten::full", &type, args, 2);
}

static wick_ir_value *build_native_dropout(const wick_builder *builder, wick_ir_value *input)
{
    wick_ir_type mask = input->type;
    mask.dtype = WICK_BOOL;
    const wick_ir_arg args[] = {wick_ir_arg_value(input), *wick_argument(builder->node, "p"),
                                wick_ir_arg_bool(true)};
    wick_ir_node *made = wick_build_node(builder, "aten::native_dropout", &input->type, args, 3);
    wick_ir_node_add_output(builder->graph, made, "mask", &mask);
    return made->outputs[0];
}

// Alpha dropout: x where it is kept, the lower limit of selu elsewhere; scaled and moved so that
// mean and variance stay.
static wick_ir_value *build_alpha_dropout(const wick_builder *builder, bool is_feature)
{
    static const double alpha = 1.7580993408473766;
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    const double p = number_of(builder->node, "p", 0.5);
    if (p == 1) {
        return wick_build_scalar(builder, "aten::mul.Scalar", input, 0);
    }
    const double a = 1 / __builtin_sqrt((alpha * alpha * p + 1) * (1 - p));
    wick_ir_value *ones = build_ones(builder, is_feature);
    const wick_ir_arg args[] = {wick_ir_arg_value(ones), wick_ir_arg_real(1 - p)};
    wick_ir_value *noise = wick_build(builder, "aten::bernoulli.p", &ones->type, args, 2);
    wick_ir_value *moved = scaled(builder, noise, alpha * a, alpha * a * (p - 1));
    wick_ir_value *kept =
        wick_build_binary(builder, "aten::mul.Tensor", input, scaled(builder, noise, a, 0));
    return wick_build_binary(builder, "aten::add.Tensor", kept, moved);
}

// native_dropout's mask where nothing is dropped.
static void replace_mask(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[1]->type;
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank),
                                wick_number(type->dtype, 1)};
    wick_replace(builder, 1, wick_build(builder, "aten::full", type, args, 2));
}

wick_status wick_rewrite_dropout(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const bool is_feature = builder->detail != NULL && strncmp(builder->detail, "feature", 7) == 0;
    wick_ir_value *result = input;
    if (!wick_dropout_draws(node)) {
        if (node->output_count > 1) {
            replace_mask(builder);
        }
    } else if (builder->detail != NULL && strstr(builder->detail, "alpha") != NULL) {
        result = build_alpha_dropout(builder, is_feature);
    } else if (is_feature) {
        wick_ir_value *noise = build_native_dropout(builder, build_ones(builder, true));
        result = wick_build_binary(builder, "aten::mul.Tensor", input, noise);
    } else {
        result = build_native_dropout(builder, input);
    }
    wick_replace(builder, 0, result);
    return WICK_OK;
}

// rand_like and randn_like for official operators: by size.
wick_status wick_rewrite_random_like(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    if (!wick_ir_type_is_static(type)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "its size is not known: choose a target with Wick's runtime");
    }
    const char *op_name = wick_node_is(node, "aten::rand_like") ? "aten::rand" : "aten::randn";
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank)};
    wick_replace(builder, 0, wick_build(builder, op_name, type, args, 1));
    return WICK_OK;
}
