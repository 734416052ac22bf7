// SPDX-License-Identifier: BSD-3-Clause
// Losses that are formulas of rows.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

#include <string.h>

enum { NONE, MEAN, SUM };

// -sum of weight * target * log softmax: the dimension of the classes is 1, of a vector 0.
wick_status wick_rewrite_cross_entropy(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_arg softmax[] = {wick_ir_arg_value(input), wick_ir_arg_int(input->type.rank > 1),
                                   wick_ir_arg_bool(false)};
    wick_ir_value *logs = wick_build(builder, "aten::_log_softmax", &input->type, softmax, 3);
    const wick_ir_arg args[] = {wick_ir_arg_value(logs),
                                node->args[1],
                                *wick_argument(node, "weight"),
                                *wick_argument(node, "reduction"),
                                *wick_argument(node, "ignore_index"),
                                *wick_argument(node, "label_smoothing")};
    wick_replace(builder, 0,
                 wick_build(builder, "wick::class_loss", &node->outputs[0]->type, args, 6));
    return WICK_OK;
}

// torch.nn.functional.linear_cross_entropy by chunks of the batch, which give the same: a layer, then
// cross entropy. Results beside the loss are for training.
wick_status wick_rewrite_linear_cross_entropy(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *reduction = wick_argument(node, "reduction");
    const wick_ir_arg *smoothing = wick_argument(node, "label_smoothing");
    const bool is_sum = reduction != NULL && reduction->kind == WICK_IR_STRING &&
                        strcmp(reduction->string, "sum") == 0;
    wick_ir_value *logits = wick_build_linear(builder, wick_argument_tensor_at(node, 0),
                                              wick_argument_tensor_at(node, 1),
                                              wick_argument_tensor(node, "linear_bias"));
    const wick_ir_arg args[] = {wick_ir_arg_value(logits),
                                *wick_argument(node, "target"),
                                *wick_argument(node, "weight"),
                                wick_ir_arg_int(reduction == NULL ? NONE
                                                : is_sum          ? SUM
                                                                  : MEAN),
                                *wick_argument(node, "ignore_index"),
                                smoothing != NULL ? *smoothing : wick_ir_arg_real(0)};
    wick_ir_count_uses(builder->graph);
    for (uint32_t i = 1; i < node->output_count; i++) {
        if (node->outputs[i]->use_count > 0) {
            return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                      "its gradients are read: export it for inference");
        }
    }
    wick_replace(builder, 0,
                 wick_build(builder, "aten::cross_entropy_loss", &node->outputs[0]->type, args, 6));
    return WICK_OK;
}

static wick_ir_value *reduced(const wick_builder *builder, wick_ir_value *value)
{
    const wick_ir_node *node = builder->node;
    const int64_t reduction = wick_argument_int(node, "reduction", MEAN);
    if (reduction == NONE) {
        return value;
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_none()};
    return wick_build(builder, reduction == MEAN ? "aten::mean.dim" : "aten::sum.dim_IntList",
                      &node->outputs[0]->type, args, 2);
}

static wick_ir_value *at_least_0(const wick_builder *builder, wick_ir_value *value)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_number(value->type.dtype, 0)};
    return wick_build(builder, "aten::clamp", &value->type, args, 2);
}

// One of two operands in the shape of their elementwise results.
static wick_ir_value *spread(const wick_builder *builder, wick_ir_value *value,
                             const wick_ir_value *other)
{
    const wick_ir_type whole = wick_broadcast_type(builder, value, other);
    return wick_build_expand(builder, value, whole.rank, whole.sizes);
}

static wick_ir_value *row_distance(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    wick_ir_type type = wick_broadcast_type(builder, a, b);
    type.rank--;
    return wick_build_pair_distance(builder, a, b, false, &type);
}

// max(0, margin + |a - p| - |a - n|), with `swap` the smaller of |a - n| and |p - n|.
wick_status wick_rewrite_triplet_margin_loss(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *anchor = wick_argument_tensor_at(node, 0);
    wick_ir_value *positive = wick_argument_tensor_at(node, 1);
    wick_ir_value *negative = wick_argument_tensor_at(node, 2);
    double margin = 1;
    wick_argument_number(wick_argument(node, "margin"), &margin);
    if (anchor->type.rank == 0 || positive->type.rank != anchor->type.rank ||
        negative->type.rank != anchor->type.rank) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "anchor, positive and negative of different ranks");
    }
    wick_ir_value *near = row_distance(builder, anchor, positive);
    wick_ir_value *far = row_distance(builder, anchor, negative);
    if (wick_argument_bool(node, "swap", false)) {
        wick_ir_value *other = row_distance(builder, positive, negative);
        far = wick_build_binary(builder, "aten::minimum", spread(builder, far, other), other);
    }
    near = wick_build_scalar(builder, "aten::add.Scalar", near, margin);
    wick_ir_value *loss =
        wick_build_binary(builder, "aten::sub.Tensor", spread(builder, near, far), far);
    wick_replace(builder, 0, reduced(builder, at_least_0(builder, loss)));
    return WICK_OK;
}

// The sum of a * b over the last dimension.
static wick_ir_value *dot(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b,
                          const wick_ir_type *type)
{
    const int64_t dims[] = {a->type.rank - 1};
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build_binary(builder, "aten::mul.Tensor", a, b)),
        wick_ir_arg_ints(builder->graph, dims, 1), wick_ir_arg_bool(false)};
    return wick_build(builder, "aten::sum.dim_IntList", type, args, 3);
}

// `value` where the target is `number`, else 0.
static wick_ir_value *where_target(const wick_builder *builder, wick_ir_value *target,
                                   double number, wick_ir_value *value)
{
    wick_ir_type mask_type = target->type;
    mask_type.dtype = WICK_BOOL;
    const wick_ir_arg compared[] = {wick_ir_arg_value(target),
                                    wick_number(target->type.dtype, number)};
    const wick_ir_arg args[] = {
        wick_ir_arg_value(value),
        wick_ir_arg_value(wick_build(builder, "aten::ne.Scalar", &mask_type, compared, 2)),
        wick_ir_arg_real(0)};
    return wick_build(builder, "aten::masked_fill.Scalar", &value->type, args, 3);
}

// Whether two shapes are the same, or can be: sizes of two symbols may be known to be equal.
static bool can_agree(const wick_builder *builder, const wick_ir_type *a, const wick_ir_type *b)
{
    bool agree = a->rank == b->rank;
    for (uint32_t i = 0; agree && i < a->rank; i++) {
        const wick_sizes *sizes = builder->graph->sizes;
        const int64_t low_a = wick_size_minimum(sizes, a->sizes[i]);
        const int64_t low_b = wick_size_minimum(sizes, b->sizes[i]);
        agree = low_a <= wick_size_maximum(sizes, b->sizes[i]) &&
                low_b <= wick_size_maximum(sizes, a->sizes[i]);
    }
    return agree;
}

// 1 - cosine where the target is 1, max(0, cosine - margin) where it is -1.
wick_status wick_rewrite_cosine_embedding_loss(const wick_builder *builder)
{
    static const double epsilon = 1e-12;
    const wick_ir_node *node = builder->node;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *b = wick_argument_tensor_at(node, 1);
    wick_ir_value *target = wick_argument_tensor_at(node, 2);
    wick_ir_type type = a->type;
    double margin = 0;
    wick_argument_number(wick_argument(node, "margin"), &margin);
    type.rank = type.rank > 0 ? (uint8_t)(type.rank - 1) : 0;
    if (a->type.rank == 0 || !can_agree(builder, &a->type, &b->type) ||
        a->type.dtype != b->type.dtype || !can_agree(builder, &type, &target->type)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "inputs and target of other shapes");
    }
    wick_ir_value *aa =
        wick_build_scalar(builder, "aten::add.Scalar", dot(builder, a, a, &type), epsilon);
    wick_ir_value *bb =
        wick_build_scalar(builder, "aten::add.Scalar", dot(builder, b, b, &type), epsilon);
    wick_ir_value *length = wick_build_unary(
        builder, "aten::sqrt", wick_build_binary(builder, "aten::mul.Tensor", aa, bb));
    wick_ir_value *cosine =
        wick_build_binary(builder, "aten::div.Tensor", dot(builder, a, b, &type), length);
    wick_ir_value *near = wick_build_scalar(builder, "aten::sub.Scalar", cosine, 1);
    near = wick_build_unary(builder, "aten::neg", near);
    wick_ir_value *far =
        at_least_0(builder, wick_build_scalar(builder, "aten::sub.Scalar", cosine, margin));
    wick_ir_value *loss = wick_build_binary(builder, "aten::add.Tensor",
                                            where_target(builder, target, 1, near),
                                            where_target(builder, target, -1, far));
    wick_replace(builder, 0, reduced(builder, loss));
    return WICK_OK;
}

// Results that are views of the arguments: torch.nn.functional broadcasts before some losses.
wick_status wick_rewrite_broadcast_tensors(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *list = &node->args[0];
    if (list->kind != WICK_IR_VALUES || list->count != node->output_count) {
        return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_PROGRAM,
                                  "not a result for each tensor");
    }
    for (uint32_t i = 0; i < list->count; i++) {
        wick_ir_value *value = list->list.values[i];
        const wick_ir_type *type = &node->outputs[i]->type;
        if (value == NULL) {
            return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_PROGRAM,
                                      "not a tensor for each result");
        }
        wick_replace(builder, i, wick_build_expand(builder, value, type->rank, type->sizes));
    }
    return WICK_OK;
}
