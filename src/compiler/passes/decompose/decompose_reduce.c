// SPDX-License-Identifier: BSD-3-Clause
// softmax and log_softmax with a type to compute in, and the sum over all.
#include "compiler/passes/decompose/decompose.h"

wick_status wick_rewrite_softmax(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_value *input = wick_build_cast(builder, wick_argument_tensor_at(node, 0), type->dtype);
    const wick_ir_arg args[] = {wick_ir_arg_value(input), *wick_argument(node, "dim"),
                                wick_ir_arg_bool(false)};
    wick_replace(builder, 0, wick_build(builder, builder->detail, type, args, 3));
    return WICK_OK;
}

wick_status wick_rewrite_sum(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg args[] = {node->args[0], wick_ir_arg_ints(builder->graph, NULL, 0),
                                wick_ir_arg_bool(false), *wick_argument(node, "dtype")};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::sum.dim_IntList", &node->outputs[0]->type, args, 4));
    return WICK_OK;
}
