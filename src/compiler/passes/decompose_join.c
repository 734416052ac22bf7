// SPDX-License-Identifier: BSD-3-Clause
// stack and pad.
#include "compiler/passes/decompose.h"

#include <string.h>

wick_status wick_rewrite_stack(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const wick_ir_arg *tensors = wick_argument(node, "tensors");
    const uint32_t dim = wick_wrap_dim(wick_argument_int(node, "dim", 0), type->rank);
    wick_ir_value **parts = wick_arena_alloc(builder->graph->arena, tensors->count, sizeof *parts);
    for (uint32_t i = 0; i < tensors->count; i++) {
        if (tensors->list.values[i] == NULL ||
            tensors->list.values[i]->type.rank + 1 != type->rank) {
            return wick_ir_node_error(builder->context->diag, node, WICK_INVALID_ARGUMENT,
                                      "tensor %u does not have one dimension less than the result",
                                      i);
        }
        parts[i] = wick_build_unsqueeze(builder, tensors->list.values[i], dim);
    }
    wick_ir_arg list = *tensors;
    list.list.values = parts;
    const wick_ir_arg args[] = {list, wick_ir_arg_int(dim)};
    wick_replace(builder, 0, wick_build(builder, "aten::cat", type, args, 2));
    return WICK_OK;
}

wick_status wick_rewrite_pad(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const wick_ir_arg *mode = wick_argument(node, "mode");
    if (mode->kind == WICK_IR_STRING && strcmp(mode->string, "constant") != 0) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "pad mode '%s' is not supported; use mode 'constant'",
                                  mode->string);
    }
    double value = 0;
    wick_argument_number(wick_argument(node, "value"), &value); // None: 0
    const wick_ir_arg args[] = {node->args[0], *wick_argument(node, "pad"),
                                wick_number(type->dtype, value)};
    wick_replace(builder, 0, wick_build(builder, "aten::constant_pad_nd", type, args, 3));
    return WICK_OK;
}
