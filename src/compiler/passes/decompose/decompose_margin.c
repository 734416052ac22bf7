// SPDX-License-Identifier: BSD-3-Clause
// Losses on the margin between classes, and embeddings whose rows have a largest norm.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

enum { NONE, MEAN, SUM };

// [positions, classes] of a matrix, a vector or a number.
static wick_ir_value *as_rows(const wick_builder *builder, wick_ir_value *value, int64_t last)
{
    const int64_t sizes[] = {
        value->type.rank == 2 || (last == 1 && value->type.rank == 1) ? value->type.sizes[0] : 1,
        last};
    return wick_build_view(builder, value, 2, sizes);
}

static int64_t class_count(const wick_ir_value *value)
{
    return value->type.rank == 0 ? 1 : value->type.sizes[value->type.rank - 1];
}

// `losses` [positions] as the reduction of the node wants them.
static wick_ir_value *reduced(const wick_builder *builder, wick_ir_value *losses)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const int64_t reduction = wick_argument_int(node, "reduction", MEAN);
    return reduction == NONE
               ? wick_build_view(builder, losses, type->rank, type->sizes)
               : wick_build_total(builder,
                                  reduction == MEAN ? "aten::mean.dim" : "aten::sum.dim_IntList",
                                  losses);
}

static wick_ir_value *at_least_0(const wick_builder *builder, wick_ir_value *value)
{
    return wick_build_scalar(builder, "aten::clamp", value, 0);
}

static wick_ir_value *less_than_number(const wick_builder *builder, double number,
                                       wick_ir_value *value)
{
    return wick_build_scalar(builder, "aten::add.Scalar",
                             wick_build_unary(builder, "aten::neg", value), number);
}

// The mean over classes j but the target y of weight[y] max(0, margin - x[y] + x[j])^p.
wick_status wick_rewrite_multi_margin_loss(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const int64_t classes = class_count(input);
    double p = 1;
    double margin = 1;
    wick_argument_number(wick_argument(node, "p"), &p);
    wick_argument_number(wick_argument(node, "margin"), &margin);
    if (input->type.rank > 2 || (p != 1 && p != 2)) {
        return wick_build_refuse(builder, "p is not 1 or 2, or the input no matrix");
    }
    wick_ir_value *x = as_rows(builder, input, classes);
    const int64_t column[] = {x->type.sizes[0], 1};
    wick_ir_value *y = wick_build_view(builder, wick_argument_tensor_at(node, 1), 2, column);
    wick_ir_value *base = less_than_number(builder, margin, wick_build_gather(builder, x, 1, y));
    wick_ir_value *z =
        at_least_0(builder, wick_build_broadcast(builder, "aten::add.Tensor", base, x));
    if (p == 2) {
        z = wick_build_binary(builder, "aten::mul.Tensor", z, z);
    }
    const wick_ir_arg cleared[] = {wick_ir_arg_value(z), wick_ir_arg_int(1), wick_ir_arg_value(y),
                                   wick_ir_arg_real(0)};
    z = wick_build(builder, "aten::scatter.value", &z->type, cleared, 4);
    wick_ir_value *weight = wick_argument_tensor(node, "weight");
    if (weight != NULL) {
        weight =
            wick_build_expand(builder, wick_build_unsqueeze(builder, weight, 0), 2, x->type.sizes);
        z = wick_build_broadcast(builder, "aten::mul.Tensor", z,
                                 wick_build_gather(builder, weight, 1, y));
    }
    wick_replace(builder, 0,
                 reduced(builder, wick_build_reduction(builder, "aten::mean.dim", z, 1, false)));
    return WICK_OK;
}

// The mean over targets y (those before the first -1) and classes j that are none of
// max(0, 1 - x[y] + x[j]), divided by the number of classes; `is_target` beside it.
wick_status wick_rewrite_multilabel_margin_loss(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const int64_t classes = class_count(input);
    if (input->type.rank > 2) {
        return wick_build_refuse(builder, "the input is no matrix");
    }
    wick_ir_value *x = as_rows(builder, input, classes);
    wick_ir_value *y = as_rows(builder, wick_argument_tensor_at(node, 1), classes);
    wick_ir_value *ends =
        wick_build_cast(builder, wick_build_compared(builder, "aten::lt.Scalar", y, 0), WICK_INT64);
    const wick_ir_arg along[] = {wick_ir_arg_value(ends), wick_ir_arg_int(1)};
    ends = wick_build(builder, "aten::cumsum", &ends->type, along, 2);
    wick_ir_value *is_none = wick_build_compared(builder, "aten::ne.Scalar", ends, 0);
    y = wick_build_masked(builder, y, is_none, 0);
    wick_ir_value *counted =
        wick_build_masked(builder, wick_build_full(builder, &x->type, 1), is_none, 0);
    const wick_ir_arg added[] = {wick_ir_arg_value(wick_build_full(builder, &x->type, 0)),
                                 wick_ir_arg_int(1), wick_ir_arg_value(y),
                                 wick_ir_arg_value(counted)};
    wick_ir_value *hits = wick_build(builder, "aten::scatter_add", &x->type, added, 4);
    wick_ir_value *is_target = wick_build_compared(builder, "aten::gt.Scalar", hits, 0);
    wick_ir_value *base = less_than_number(builder, 1, wick_build_gather(builder, x, 1, y));
    wick_ir_value *z =
        at_least_0(builder, wick_build_broadcast(builder, "aten::add.Tensor",
                                                 wick_build_unsqueeze(builder, base, 2),
                                                 wick_build_unsqueeze(builder, x, 1)));
    z = wick_build_masked(builder, z, wick_build_unsqueeze(builder, is_none, 2), 0);
    z = wick_build_masked(builder, z, wick_build_unsqueeze(builder, is_target, 1), 0);
    z = wick_build_reduction(builder, "aten::sum.dim_IntList", z, 2, false);
    z = wick_build_reduction(builder, "aten::mean.dim", z, 1, false);
    wick_replace(builder, 0, reduced(builder, z));
    if (node->output_count > 1) {
        const wick_ir_type *type = &node->outputs[1]->type;
        wick_replace(builder, 1,
                     wick_build_view(builder, wick_build_cast(builder, is_target, type->dtype),
                                     type->rank, type->sizes));
    }
    return WICK_OK;
}

// Rows named by `indices` whose norm is above max_norm, times max_norm / (norm + 1e-7).
wick_status wick_rewrite_embedding_renorm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *weight = wick_argument_tensor_at(node, 0);
    double most = 0;
    wick_argument_number(wick_argument(node, "max_norm"), &most);
    if (weight->type.rank != 2) {
        return wick_build_refuse(builder, "the weight is no matrix");
    }
    const int64_t last[] = {1};
    const wick_ir_type column = wick_type_with_size(builder, &weight->type, 1, 1);
    const wick_ir_arg norm_args[] = {wick_ir_arg_value(weight), *wick_argument(node, "norm_type"),
                                     wick_ir_arg_ints(builder->graph, last, 1),
                                     wick_ir_arg_bool(true)};
    wick_ir_value *norm = wick_build(builder, "aten::linalg_vector_norm", &column, norm_args, 4);
    const int64_t rows = weight->type.sizes[0];
    const wick_ir_type line = wick_ir_type_tensor(weight->type.dtype, 1, &rows);
    wick_ir_value *indices = wick_build_flat(builder, wick_argument_tensor_at(node, 1));
    const wick_ir_arg marked[] = {
        wick_ir_arg_value(wick_build_full(builder, &line, 0)), wick_ir_arg_int(0),
        wick_ir_arg_value(wick_build_cast(builder, indices, WICK_INT64)), wick_ir_arg_real(1)};
    wick_ir_value *named = wick_build_unsqueeze(
        builder, wick_build(builder, "aten::scatter.value", &line, marked, 4), 1);
    wick_ir_value *is_long = wick_build_comparison(
        builder, "aten::logical_and", wick_build_compared(builder, "aten::gt.Scalar", norm, most),
        wick_build_compared(builder, "aten::gt.Scalar", named, 0));
    wick_ir_value *factor = wick_build_scalar(builder, "aten::add.Scalar", norm, 1e-7);
    factor = wick_build_scalar(builder, "aten::mul.Scalar",
                               wick_build_unary(builder, "aten::reciprocal", factor), most);
    wick_replace(builder, 0,
                 wick_build_where(builder, is_long,
                                  wick_build_broadcast(builder, "aten::mul.Tensor", weight, factor),
                                  weight));
    return WICK_OK;
}
