// SPDX-License-Identifier: BSD-3-Clause
// Pass pack_layers: an integer layer has its weight at the end of its block, so that a program has
// one constant for each layer: a value less to verify and to bind.
//
// Before  %y = wick::linear_s8(%x, %w, None, %block)    %w : i8[12, 64]    %block : i32[55]
// After   %y = wick::linear_s8(%x, None, None, %block')    %block' : i32[55 + 12 * 64 / 4]
// Holds   nothing else uses the weight, which is a constant; constants stay in flash, because the
//         plan moves weights to faster memory, but never a block.
// Keeps   the bits.
#include "compiler/passes/build.h"

#include <string.h>

static wick_ir_arg *constant_argument(const wick_ir_node *node, const char *name)
{
    const int32_t at = wick_ir_op_parameter(node->op, name);
    wick_ir_arg *arg = at >= 0 ? &node->args[at] : NULL;
    return arg != NULL && arg->kind == WICK_IR_VALUE && wick_ir_value_is_constant(arg->value)
               ? arg
               : NULL;
}

static wick_ir_value *join(wick_ir_graph *graph, const wick_ir_value *block,
                           const wick_ir_value *weight)
{
    const size_t block_bytes = wick_ir_type_size_bytes(&block->type);
    const size_t weight_bytes = wick_ir_type_size_bytes(&weight->type);
    const int64_t words = (int64_t)((block_bytes + weight_bytes + 3) / 4);
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT32, 1, &words);
    uint8_t *data = wick_arena_alloc(graph->arena, (size_t)words, 4);
    memset(data + 4 * (words - 1), 0, 4); // what fills the last word
    memcpy(data, block->data, block_bytes);
    memcpy(data + block_bytes, weight->data, weight_bytes);
    return wick_ir_constant_create(graph, block->name, &type, data);
}

wick_status wick_pass_pack_layers(const wick_pass_context *context, wick_ir_graph *graph)
{
    bool changed = false;
    if (context->official_operators || context->target->constant_access_cost != 0) {
        return WICK_OK;
    }
    wick_ir_count_uses(graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        wick_ir_arg *weight = constant_argument(node, "weight");
        wick_ir_arg *block = constant_argument(node, "block");
        if (weight != NULL && block != NULL && weight->value->use_count == 1 &&
            block->value->type.dtype == WICK_INT32 && block->value->type.rank == 1 &&
            weight->value->type.rank > 0) {
            block->value = join(graph, block->value, weight->value);
            *weight = wick_ir_arg_none();
            changed = true;
        }
    }
    return changed ? wick_pass_eliminate_dead(context, graph) : WICK_OK;
}
