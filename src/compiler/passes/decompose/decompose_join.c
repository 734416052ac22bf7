// SPDX-License-Identifier: BSD-3-Clause
// stack, writes into a part, and pad.
#include "compiler/passes/decompose/decompose.h"
#include "compiler/passes/part.h"

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

// Whether a write into a part goes to neighbours, so that the result is what lies around, joined.
bool wick_applies_to_whole_part(const wick_ir_node *node)
{
    return wick_argument_int(node, "step", 1) == 1;
}

wick_status wick_rewrite_scatter(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_value *base = wick_argument_tensor_at(node, 0);
    wick_ir_value *source =
        wick_build_cast(builder, wick_argument_tensor_at(node, 1), base->type.dtype);
    wick_part part;
    if (!wick_part_of(node, &base->type, &source->type, &part)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "writes a part with steps, or of another shape");
    }
    wick_replace(builder, 0, wick_build_with_part(builder, base, source, &part));
    return WICK_OK;
}

wick_status wick_rewrite_pad(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    const wick_ir_arg *mode = wick_argument(node, "mode");
    if (mode->kind == WICK_IR_STRING && strcmp(mode->string, "constant") != 0) {
        return wick_rewrite_border_pad(builder, mode->string);
    }
    double value = 0;
    wick_argument_number(wick_argument(node, "value"), &value); // None: 0
    const wick_ir_arg args[] = {node->args[0], *wick_argument(node, "pad"),
                                wick_number(type->dtype, value)};
    wick_replace(builder, 0, wick_build(builder, "aten::constant_pad_nd", type, args, 3));
    return WICK_OK;
}

bool wick_applies_to_negative_pad(const wick_ir_node *node)
{
    const wick_ir_arg *pad = wick_argument(node, "pad");
    for (uint32_t i = 0; pad->kind == WICK_IR_INTS && i < pad->count; i++) {
        if (pad->list.ints[i] < 0) {
            return true;
        }
    }
    return false;
}

static wick_status refuse_pad(const wick_builder *builder)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                              "the pad does not fit the tensor");
}

// A negative pad cuts: slices first, then what is left of the pad.
wick_status wick_rewrite_negative_pad(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_arg *pad = wick_argument(node, "pad");
    wick_ir_value *value = wick_argument_tensor_at(node, 0);
    int64_t rest[2 * WICK_MAX_RANK] = {0};
    if (pad->count % 2 != 0 || pad->count > 2u * value->type.rank) {
        return refuse_pad(builder);
    }
    for (uint32_t i = 0; i < pad->count; i++) { // last dimension first, before and behind
        const uint32_t dim = value->type.rank - 1u - i / 2;
        const int64_t size = value->type.sizes[dim];
        const int64_t amount = pad->list.ints[i];
        if (amount < -size) {
            return refuse_pad(builder);
        }
        rest[i] = amount > 0 ? amount : 0;
        if (amount < 0) {
            const bool is_before = i % 2 == 0;
            value = wick_build_slice(builder, value, dim, is_before ? -amount : 0,
                                     is_before ? size : size + amount);
        }
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, rest, pad->count),
                                *wick_argument(node, "value")};
    wick_replace(builder, 0,
                 wick_build(builder, "aten::constant_pad_nd", &node->outputs[0]->type, args, 3));
    return WICK_OK;
}
