// SPDX-License-Identifier: BSD-3-Clause
// softmax and log_softmax with a type to compute in, the sum over all and the sum that undoes an expand.
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

wick_status wick_rewrite_sum_to_size(const wick_builder *builder)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *value = wick_argument_tensor_at(builder->node, 0);
    const uint32_t lead = value->type.rank - type->rank;
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    for (uint32_t i = 0; i < value->type.rank; i++) {
        const bool is_summed = i < lead || type->sizes[i - lead] != value->type.sizes[i];
        dims[count] = i;
        count += is_summed;
    }
    if (count > 0) {
        wick_ir_type summed = value->type;
        summed.dtype = type->dtype;
        for (uint32_t i = 0; i < count; i++) {
            summed.sizes[dims[i]] = 1;
        }
        const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                    wick_ir_arg_ints(builder->graph, dims, count),
                                    wick_ir_arg_bool(true)};
        value = wick_build(builder, "aten::sum.dim_IntList", &summed, args, 3);
    }
    wick_replace(builder, 0, wick_build_view(builder, value, type->rank, type->sizes));
    return WICK_OK;
}
