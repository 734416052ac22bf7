// SPDX-License-Identifier: BSD-3-Clause
// linear of a vector, and matmul for operands of any rank: mm where one of them is a matrix, bmm on
// views of three dimensions otherwise.
#include "compiler/passes/decompose/decompose.h"

#include <string.h>

static wick_ir_value *view_2d(const wick_builder *builder, wick_ir_value *value, int64_t rows,
                              int64_t cols)
{
    const int64_t sizes[] = {rows, cols};
    return wick_build_view(builder, value, 2, sizes);
}

// [.., k] x [k, n]: rows of all batches in one matrix.
static wick_ir_value *multiply_by_matrix(const wick_builder *builder, wick_ir_value *lhs,
                                         wick_ir_value *rhs)
{
    const wick_ir_type *left = &lhs->type;
    const int64_t depth = left->sizes[left->rank - 1];
    const int64_t sizes[] = {wick_size_product(builder->graph->sizes, left->sizes, left->rank - 1u),
                             rhs->type.sizes[1]};
    const wick_ir_type type = wick_ir_type_tensor(builder->node->outputs[0]->type.dtype, 2, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(view_2d(builder, lhs, sizes[0], depth)),
                                wick_ir_arg_value(rhs)};
    return wick_build(builder, "aten::mm", &type, args, 2);
}

// Batch dimensions of both operands, broadcast; gives their count.
static uint32_t broadcast_batches(const wick_ir_type *a, const wick_ir_type *b, int64_t *out)
{
    const uint32_t rank = (a->rank > b->rank ? a->rank : b->rank) - 2u;
    for (uint32_t i = 0; i < rank; i++) { // i-th from the right
        const int64_t left = i + 2 < a->rank ? a->sizes[a->rank - 3 - i] : 1;
        const int64_t right = i + 2 < b->rank ? b->sizes[b->rank - 3 - i] : 1;
        out[rank - 1 - i] = left == 1 ? right : left;
    }
    return rank;
}

// [batches.., rows, cols] as one batch dimension.
static wick_ir_value *view_batch(const wick_builder *builder, wick_ir_value *value,
                                 const int64_t *batches, uint32_t batch_rank)
{
    const wick_ir_type *type = &value->type;
    int64_t sizes[WICK_MAX_RANK];
    memcpy(sizes, batches, batch_rank * sizeof sizes[0]);
    memcpy(sizes + batch_rank, type->sizes + type->rank - 2, 2 * sizeof sizes[0]);
    wick_ir_value *expanded = wick_build_expand(builder, value, batch_rank + 2, sizes);
    const int64_t flat[] = {wick_size_product(builder->graph->sizes, batches, batch_rank),
                            sizes[batch_rank], sizes[batch_rank + 1]};
    return wick_build_view(builder, expanded, 3, flat);
}

static wick_ir_value *multiply_batches(const wick_builder *builder, wick_ir_value *lhs,
                                       wick_ir_value *rhs)
{
    int64_t batches[WICK_MAX_RANK];
    const uint32_t batch_rank = broadcast_batches(&lhs->type, &rhs->type, batches);
    const int64_t sizes[] = {wick_size_product(builder->graph->sizes, batches, batch_rank),
                             lhs->type.sizes[lhs->type.rank - 2],
                             rhs->type.sizes[rhs->type.rank - 1]};
    const wick_ir_type type = wick_ir_type_tensor(builder->node->outputs[0]->type.dtype, 3, sizes);
    const wick_ir_arg args[] = {wick_ir_arg_value(view_batch(builder, lhs, batches, batch_rank)),
                                wick_ir_arg_value(view_batch(builder, rhs, batches, batch_rank))};
    return wick_build(builder, "aten::bmm", &type, args, 2);
}

// A vector on the left is a row, on the right a column; the result's shape drops what was added.
wick_status wick_rewrite_matmul(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *lhs = wick_argument_tensor_at(builder->node, 0);
    wick_ir_value *rhs = wick_argument_tensor_at(builder->node, 1);
    if (lhs->type.rank == 0 || rhs->type.rank == 0) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "matmul of a tensor without dimensions");
    }
    lhs = lhs->type.rank == 1 ? wick_build_unsqueeze(builder, lhs, 0) : lhs;
    rhs = rhs->type.rank == 1 ? wick_build_unsqueeze(builder, rhs, 1) : rhs;
    wick_ir_value *result = rhs->type.rank == 2 ? multiply_by_matrix(builder, lhs, rhs)
                                                : multiply_batches(builder, lhs, rhs);
    wick_replace(builder, 0, wick_build_view(builder, result, type->rank, type->sizes));
    return WICK_OK;
}

bool wick_applies_to_vector(const wick_ir_node *node)
{
    const wick_ir_value *input = wick_argument_tensor_at(node, 0);
    return input != NULL && input->type.rank == 1;
}

// linear of one vector: a matrix of one row.
wick_status wick_rewrite_linear_vector(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *result = &node->outputs[0]->type;
    const int64_t sizes[] = {1, result->sizes[0]};
    const wick_ir_type type = wick_ir_type_tensor(result->dtype, 2, sizes);
    wick_ir_value *row = wick_build_unsqueeze(builder, wick_argument_tensor_at(node, 0), 0);
    const wick_ir_arg args[] = {wick_ir_arg_value(row), node->args[1], node->args[2]};
    wick_ir_value *product = wick_build(builder, "aten::linear", &type, args, 3);
    wick_replace(builder, 0, wick_build_view(builder, product, result->rank, result->sizes));
    return WICK_OK;
}
