// SPDX-License-Identifier: BSD-3-Clause
// Operators on complex tensors that are the real operator on pairs: their parts do not meet.
//
// Before  %y = aten::sum.dim_IntList(%x, [-1]) : c64[2]
// After   %p = aten::view_as_real_copy(%x) : f32[2, 3, 2]
//         %s = aten::sum.dim_IntList(%p, [1]) : f32[2, 2]
//         %y = aten::view_as_complex_copy(%s)
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/complex_pairs.h"

static const wick_ir_type *result_type(const wick_builder *builder)
{
    return &builder->node->outputs[0]->type;
}

wick_status wick_check_pairs(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    uint32_t rank = result_type(builder)->rank;
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_value *value = wick_argument_tensor_at(node, i);
        rank = value != NULL && value->type.rank > rank ? value->type.rank : rank;
    }
    return rank < WICK_MAX_RANK
               ? WICK_OK
               : wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                    "more than 15 dimensions of complex numbers");
}

wick_ir_type wick_pairs_type(const wick_ir_type *type)
{
    wick_ir_type pairs = wick_ir_type_tensor(WICK_FLOAT32, type->rank, type->sizes);
    pairs.dim_order[pairs.rank] = pairs.rank;
    pairs.sizes[pairs.rank] = 2;
    pairs.rank++;
    return pairs;
}

wick_ir_value *wick_build_pairs(const wick_builder *builder, wick_ir_value *value)
{
    const wick_ir_arg arg = wick_ir_arg_value(value);
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_complex(builder, &arg))};
    const wick_ir_type type = wick_pairs_type(&value->type);
    return wick_build(builder, "aten::view_as_real_copy", &type, args, 1);
}

wick_ir_value *wick_build_of_pairs(const wick_builder *builder, wick_ir_value *pairs)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(pairs)};
    const wick_ir_type type =
        wick_ir_type_tensor(WICK_COMPLEX64, pairs->type.rank - 1u, pairs->type.sizes);
    return wick_build(builder, "aten::view_as_complex_copy", &type, args, 1);
}

wick_status wick_replace_by_pairs(const wick_builder *builder, wick_ir_value *pairs)
{
    wick_replace(builder, 0, wick_build_of_pairs(builder, pairs));
    return WICK_OK;
}

static wick_ir_value *pairs_at(const wick_builder *builder, uint32_t index)
{
    return wick_build_pairs(builder, wick_argument_tensor_at(builder->node, index));
}

wick_status wick_rewrite_complex_neg(const wick_builder *builder)
{
    WICK_TRY(wick_check_pairs(builder));
    return wick_replace_by_pairs(builder,
                                 wick_build_unary(builder, "aten::neg", pairs_at(builder, 0)));
}

wick_status wick_rewrite_complex_where(const wick_builder *builder)
{
    WICK_TRY(wick_check_pairs(builder));
    wick_ir_value *mask = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_type type = wick_pairs_type(result_type(builder));
    const wick_ir_arg args[] = {
        wick_ir_arg_value(wick_build_unsqueeze(builder, mask, mask->type.rank)),
        wick_ir_arg_value(pairs_at(builder, 1)), wick_ir_arg_value(pairs_at(builder, 2))};
    return wick_replace_by_pairs(builder, wick_build(builder, "aten::where.self", &type, args, 3));
}

// The dimensions that a reduction takes, of all but the pairs' own.
static wick_ir_arg reduced_dims(const wick_builder *builder, uint32_t rank)
{
    const wick_ir_arg *given = wick_argument(builder->node, "dim");
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    if (given != NULL && given->kind == WICK_IR_INTS) {
        for (; count < given->count && count < WICK_MAX_RANK; count++) {
            dims[count] = wick_wrap_dim(given->list.ints[count], rank);
        }
    } else if (given != NULL && given->kind == WICK_IR_INT) {
        dims[count++] = wick_wrap_dim(given->integer, rank);
    }
    for (uint32_t i = 0; count == 0 && i < rank; i++) {
        dims[i] = i;
    }
    return wick_ir_arg_ints(builder->graph, dims, count == 0 ? rank : count);
}

// Sums and means.
wick_status wick_rewrite_complex_sum(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    WICK_TRY(wick_check_pairs(builder));
    if (self->type.rank == 0) {
        wick_replace(builder, 0, wick_build_complex(builder, &node->args[0]));
        return WICK_OK;
    }
    const wick_ir_type type = wick_pairs_type(result_type(builder));
    const wick_ir_arg args[] = {wick_ir_arg_value(pairs_at(builder, 0)),
                                reduced_dims(builder, self->type.rank),
                                wick_ir_arg_bool(wick_argument_bool(node, "keepdim", false))};
    const bool is_sum = wick_node_is(node, "aten::sum.dim_IntList");
    return wick_replace_by_pairs(
        builder,
        wick_build(builder, is_sum ? "aten::sum.dim_IntList" : "aten::mean.dim", &type, args, 3));
}

wick_status wick_rewrite_complex_cumsum(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    WICK_TRY(wick_check_pairs(builder));
    if (self->type.rank == 0) {
        wick_replace(builder, 0, wick_build_complex(builder, &node->args[0]));
        return WICK_OK;
    }
    const wick_ir_type type = wick_pairs_type(result_type(builder));
    const int64_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), self->type.rank);
    const wick_ir_arg args[] = {wick_ir_arg_value(pairs_at(builder, 0)), wick_ir_arg_int(dim)};
    return wick_replace_by_pairs(builder, wick_build(builder, "aten::cumsum", &type, args, 2));
}

// The product of all elements is the one along the dimension of their line.
wick_status wick_rewrite_complex_prod(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *self = wick_build_complex(builder, &node->args[0]);
    const wick_ir_arg *dim = wick_argument(node, "dim");
    if (dim == NULL) {
        const int64_t count =
            wick_size_product(builder->graph->sizes, self->type.sizes, self->type.rank);
        self = wick_build_view(builder, self, 1, &count);
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(self), dim != NULL ? *dim : wick_ir_arg_int(0),
                                wick_ir_arg_bool(wick_argument_bool(node, "keepdim", false))};
    wick_replace(builder, 0,
                 wick_build(builder, "wick::complex_prod", result_type(builder), args, 3));
    return WICK_OK;
}

// The sum of both parts' variances.
static wick_ir_value *build_variance(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const uint32_t rank = wick_argument_tensor_at(node, 0)->type.rank;
    const wick_ir_type parts = wick_pairs_type(result_type(builder));
    const int64_t last = result_type(builder)->rank;
    wick_ir_value *pairs = pairs_at(builder, 0);
    // Without dimensions, a line of one.
    pairs = rank == 0 ? wick_build_unsqueeze(builder, pairs, 0) : pairs;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(pairs), reduced_dims(builder, rank == 0 ? 1 : rank),
        *wick_argument(node, "correction"),
        wick_ir_arg_bool(wick_argument_bool(node, "keepdim", false) && rank > 0)};
    const wick_ir_arg sum[] = {
        wick_ir_arg_value(wick_build(builder, "aten::var.correction", &parts, args, 4)),
        wick_ir_arg_ints(builder->graph, &last, 1)};
    return wick_build(builder, "aten::sum.dim_IntList", result_type(builder), sum, 2);
}

wick_status wick_rewrite_complex_var(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const bool is_std = wick_node_is(node, "aten::std.correction") ||
                        wick_node_is(node, "aten::std_mean.correction");
    WICK_TRY(wick_check_pairs(builder));
    wick_ir_value *variance = build_variance(builder);
    wick_replace(builder, 0, is_std ? wick_build_unary(builder, "aten::sqrt", variance) : variance);
    if (node->output_count > 1) {
        const wick_ir_arg args[] = {node->args[0], *wick_argument(node, "dim"),
                                    *wick_argument(node, "keepdim")};
        wick_replace(builder, 1,
                     wick_build(builder, "aten::mean.dim", &node->outputs[1]->type, args, 3));
    }
    return WICK_OK;
}

// An index for both parts of each pair.
static wick_ir_value *index_of_pairs(const wick_builder *builder, wick_ir_value *index)
{
    const wick_ir_type type = wick_pairs_type(&index->type);
    return wick_build_expand(builder, wick_build_unsqueeze(builder, index, index->type.rank),
                             type.rank, type.sizes);
}

// A tensor without dimensions becomes a line of one.
static wick_ir_value *line_of(const wick_builder *builder, wick_ir_value *value)
{
    return value->type.rank == 0 ? wick_build_unsqueeze(builder, value, 0) : value;
}

wick_status wick_rewrite_complex_scatter_add(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    WICK_TRY(wick_check_pairs(builder));
    wick_ir_value *self = line_of(builder, wick_argument_tensor_at(node, 0));
    wick_ir_value *index = line_of(builder, wick_argument_tensor_at(node, 2));
    wick_ir_value *source = line_of(builder, wick_argument_tensor_at(node, 3));
    const wick_ir_type type = wick_pairs_type(&self->type);
    const int64_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), self->type.rank);
    const wick_ir_arg args[] = {wick_ir_arg_value(wick_build_pairs(builder, self)),
                                wick_ir_arg_int(dim),
                                wick_ir_arg_value(index_of_pairs(builder, index)),
                                wick_ir_arg_value(wick_build_pairs(builder, source))};
    wick_ir_value *sum =
        wick_build_of_pairs(builder, wick_build(builder, "aten::scatter_add", &type, args, 4));
    const wick_ir_type *result = result_type(builder);
    wick_replace(builder, 0, wick_build_view(builder, sum, result->rank, result->sizes));
    return WICK_OK;
}

// Indices are of the first dimensions, which the pairs leave as they are.
wick_status wick_rewrite_complex_index_put(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    WICK_TRY(wick_check_pairs(builder));
    const wick_ir_type type = wick_pairs_type(result_type(builder));
    const wick_ir_arg args[] = {wick_ir_arg_value(pairs_at(builder, 0)), node->args[1],
                                wick_ir_arg_value(pairs_at(builder, 2)), node->args[3]};
    return wick_replace_by_pairs(builder, wick_build(builder, "aten::index_put", &type, args, 4));
}
