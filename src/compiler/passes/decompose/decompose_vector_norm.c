// SPDX-License-Identifier: BSD-3-Clause
// Norms of vectors under all their names, variances in the forms with a bool, and distances.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/formula.h"

#include <string.h>

static wick_ir_arg argument_or(const wick_ir_node *node, const char *name, wick_ir_arg other)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL && arg->kind != WICK_IR_NONE ? *arg : other;
}

// Norm of order `order` into a tensor of the node's type.
static wick_ir_value *build_norm(const wick_builder *builder, wick_ir_value *value,
                                 wick_ir_arg order, wick_ir_arg dims, bool keepdim,
                                 const wick_ir_type *type)
{
    const wick_ir_arg dtype = value->type.dtype == type->dtype
                                  ? wick_ir_arg_none()
                                  : argument_or(builder->node, "dtype", wick_ir_arg_none());
    const wick_ir_arg args[] = {wick_ir_arg_value(value), order, dims, wick_ir_arg_bool(keepdim),
                                dtype};
    return wick_build(builder, "aten::linalg_vector_norm", type, args, 5);
}

// aten::norm and frobenius_norm: p, dim, keepdim, dtype, where the overload has them.
wick_status wick_rewrite_vector_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_replace(builder, 0,
                 build_norm(builder, wick_argument_tensor_at(node, 0),
                            argument_or(node, "p", wick_ir_arg_int(2)),
                            argument_or(node, "dim", wick_ir_arg_none()),
                            wick_argument_bool(node, "keepdim", false), &node->outputs[0]->type));
    return WICK_OK;
}

// Norms of vectors; of matrices the Frobenius norm, which is that of a vector.
wick_status wick_rewrite_linalg_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const wick_ir_arg *order = wick_argument(node, "ord");
    const wick_ir_arg *dim = wick_argument(node, "dim");
    const bool is_list = dim->kind == WICK_IR_INTS;
    const uint32_t dims = is_list ? dim->count : dim->kind == WICK_IR_INT ? 1 : input->type.rank;
    const bool is_plain = order->kind == WICK_IR_NONE;
    const bool is_frobenius =
        order->kind == WICK_IR_STRING && strcmp(order->string, "fro") == 0 && dims == 2;
    if (!is_plain && !is_frobenius && (order->kind == WICK_IR_STRING || dims != 1)) {
        return wick_rewrite_matrix_norm(builder);
    }
    wick_replace(builder, 0,
                 build_norm(builder, input, is_plain || is_frobenius ? wick_ir_arg_int(2) : *order,
                            *dim, wick_argument_bool(node, "keepdim", false),
                            &node->outputs[0]->type));
    return WICK_OK;
}

// `detail`: the overload with a correction.
wick_status wick_rewrite_unbiased(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const bool is_unbiased = wick_argument_bool(node, "unbiased", true);
    const wick_ir_arg args[] = {node->args[0], argument_or(node, "dim", wick_ir_arg_none()),
                                wick_ir_arg_int(is_unbiased),
                                wick_ir_arg_bool(wick_argument_bool(node, "keepdim", false))};
    wick_ir_node *made =
        wick_build_node(builder, builder->detail, &node->outputs[0]->type, args, 4);
    if (node->output_count == 2) {
        wick_ir_node_add_output(builder->graph, made, "mean", &node->outputs[1]->type);
        wick_replace(builder, 1, made->outputs[1]);
    }
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

static wick_ir_value *difference(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    const wick_ir_type type = wick_broadcast_type(builder, a, b);
    return wick_build_product(builder, "aten::sub.Tensor", &type, a, b);
}

wick_status wick_rewrite_dist(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *d =
        difference(builder, wick_argument_tensor_at(node, 0), wick_argument_tensor_at(node, 1));
    wick_replace(builder, 0,
                 build_norm(builder, d, *wick_argument(node, "p"), wick_ir_arg_none(), false,
                            &node->outputs[0]->type));
    return WICK_OK;
}

// |x1 - x2 + eps|_p over the last dimension.
wick_ir_value *wick_build_pair_distance(const wick_builder *builder, wick_ir_value *a,
                                        wick_ir_value *b, bool keepdim, const wick_ir_type *type)
{
    const wick_ir_node *node = builder->node;
    const int64_t last = -1;
    double eps = 0;
    wick_argument_number(wick_argument(node, "eps"), &eps);
    wick_ir_value *d =
        wick_build_scalar(builder, "aten::add.Scalar", difference(builder, a, b), eps);
    return build_norm(builder, d, *wick_argument(node, "p"),
                      wick_ir_arg_ints(builder->graph, &last, 1), keepdim, type);
}

wick_status wick_rewrite_pairwise_distance(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_replace(builder, 0,
                 wick_build_pair_distance(
                     builder, wick_argument_tensor_at(node, 0), wick_argument_tensor_at(node, 1),
                     wick_argument_bool(node, "keepdim", false), &node->outputs[0]->type));
    return WICK_OK;
}

static wick_ir_value *clamped_norm(const wick_builder *builder, wick_ir_value *value,
                                   const wick_ir_type *type)
{
    const wick_ir_node *node = builder->node;
    const int64_t dim = wick_argument_int(node, "dim", 1);
    wick_ir_value *norm = build_norm(builder, value, wick_ir_arg_int(2),
                                     wick_ir_arg_ints(builder->graph, &dim, 1), false, type);
    const wick_ir_arg args[] = {wick_ir_arg_value(norm), *wick_argument(node, "eps")};
    return wick_build(builder, "aten::clamp", type, args, 2);
}

// sum(x1 x2) / (max(|x1|, eps) max(|x2|, eps)); eager divides before it sums: another rounding.
wick_status wick_rewrite_cosine_similarity(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *a = wick_argument_tensor_at(node, 0);
    wick_ir_value *b = wick_argument_tensor_at(node, 1);
    const wick_ir_type whole = wick_broadcast_type(builder, a, b);
    if (!wick_same_sizes(&a->type, &b->type)) {
        a = wick_build_expand(builder, a, whole.rank, whole.sizes);
        b = wick_build_expand(builder, b, whole.rank, whole.sizes);
    }
    const int64_t dim = wick_argument_int(node, "dim", 1);
    wick_ir_value *product = wick_build_product(builder, "aten::mul.Tensor", &whole, a, b);
    const wick_ir_arg sum_args[] = {wick_ir_arg_value(product),
                                    wick_ir_arg_ints(builder->graph, &dim, 1)};
    wick_ir_value *sum = wick_build(builder, "aten::sum.dim_IntList", type, sum_args, 2);
    wick_ir_value *norms =
        wick_build_binary(builder, "aten::mul.Tensor", clamped_norm(builder, a, type),
                          clamped_norm(builder, b, type));
    wick_replace(builder, 0, wick_build_binary(builder, "aten::div.Tensor", sum, norms));
    return WICK_OK;
}

// x * (norm > maxnorm ? maxnorm / (norm + 1e-7) : 1), the norm over all dimensions but one.
wick_status wick_rewrite_renorm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *input = wick_argument_tensor_at(node, 0);
    const uint32_t kept = wick_wrap_dim(wick_argument_int(node, "dim", 0), input->type.rank);
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    double limit = 0;
    wick_ir_type type = input->type;
    wick_argument_number(wick_argument(node, "maxnorm"), &limit);
    for (uint32_t d = 0; d < input->type.rank; d++) {
        if (d != kept) {
            dims[count++] = d;
            type = wick_type_with_size(builder, &type, d, 1);
        }
    }
    wick_ir_value *norm = build_norm(builder, input, *wick_argument(node, "p"),
                                     wick_ir_arg_ints(builder->graph, dims, count), true, &type);
    wick_ir_type flag = type;
    flag.dtype = WICK_BOOL;
    const wick_ir_arg compared[] = {wick_ir_arg_value(norm), wick_ir_arg_real(limit)};
    wick_ir_value *is_long = wick_build(builder, "aten::gt.Scalar", &flag, compared, 2);
    wick_ir_value *factor = wick_build_scalar(builder, "aten::add.Scalar", norm, 1e-7);
    factor = wick_build_unary(builder, "aten::reciprocal", factor);
    factor = wick_build_scalar(builder, "aten::mul.Scalar", factor, limit);
    const wick_ir_type point = wick_ir_type_tensor(type.dtype, 0, NULL);
    const wick_ir_arg one[] = {wick_ir_arg_ints(builder->graph, NULL, 0), wick_ir_arg_real(1)};
    const wick_ir_arg choice[] = {
        wick_ir_arg_value(is_long), wick_ir_arg_value(factor),
        wick_ir_arg_value(wick_build(builder, "aten::full", &point, one, 2))};
    factor = wick_build(builder, "aten::where.self", &type, choice, 3);
    wick_replace(builder, 0, wick_build_binary(builder, "aten::mul.Tensor", input, factor));
    return WICK_OK;
}
