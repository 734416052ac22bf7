// SPDX-License-Identifier: BSD-3-Clause
// Tensors of one value: all become aten::full of the result's shape and type.
#include "compiler/passes/decompose/decompose.h"

static void fill(const wick_builder *builder, wick_ir_arg number)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank), number};
    wick_replace(builder, 0, wick_build(builder, "aten::full", type, args, 2));
}

// zeros; also empty, whose bytes eager PyTorch leaves open.
wick_status wick_rewrite_zeros(const wick_builder *builder)
{
    fill(builder, wick_number(builder->node->outputs[0]->type.dtype, 0));
    return WICK_OK;
}

wick_status wick_rewrite_ones(const wick_builder *builder)
{
    fill(builder, wick_number(builder->node->outputs[0]->type.dtype, 1));
    return WICK_OK;
}

wick_status wick_rewrite_fill_value(const wick_builder *builder)
{
    fill(builder, *wick_argument(builder->node, "value"));
    return WICK_OK;
}

wick_status wick_rewrite_fill(const wick_builder *builder)
{
    fill(builder, *wick_argument(builder->node, builder->detail));
    return WICK_OK;
}
