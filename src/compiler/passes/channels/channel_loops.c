// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/channels/channel_loops.h"

#include <string.h>

void wick_channel_loops_read(const wick_ir_value *block, wick_channel_loops *loops)
{
    memcpy(loops->loop, block->data + loops->first_word * sizeof(int32_t),
           loops->count * sizeof *loops->loop);
}

bool wick_channel_loops_fit(const wick_channel_loops *loops, int32_t channels)
{
    if (loops->along >= loops->count) {
        return false;
    }
    for (uint32_t i = 0; i < loops->count; i++) {
        const wick_quant_loop *loop = &loops->loop[i];
        const bool is_along = i == loops->along;
        const bool a_fits = is_along ? loop->a_step == 1 : loop->a_step % channels == 0;
        const bool b_fits = is_along ? loop->b_step == 1 : loop->b_step % channels == 0;
        if (!a_fits || (loops->has_b && !b_fits) || (is_along && loop->count % channels != 0)) {
            return false;
        }
    }
    return true;
}

uint8_t *wick_channel_block_copy(wick_ir_graph *graph, wick_ir_node *node)
{
    wick_ir_arg *arg = &node->args[wick_ir_op_parameter(node->op, "block")];
    const size_t bytes = wick_ir_type_size_bytes(&arg->value->type);
    uint8_t *data = wick_arena_alloc(graph->arena, bytes, 1);
    memcpy(data, arg->value->data, bytes);
    arg->value = wick_ir_constant_create(graph, arg->value->name, &arg->value->type, data);
    return data;
}

void wick_channel_loops_shrink(wick_ir_graph *graph, wick_ir_node *node, wick_channel_loops *loops,
                               int32_t before, int32_t after)
{
    for (uint32_t i = 0; i < loops->count; i++) {
        wick_quant_loop *loop = &loops->loop[i];
        if (i == loops->along) {
            loop->count = loop->count / before * after;
        } else {
            loop->a_step = loop->a_step / before * after;
            loop->b_step = loop->b_step / before * after;
        }
    }
    memcpy(wick_channel_block_copy(graph, node) + loops->first_word * sizeof(int32_t), loops->loop,
           loops->count * sizeof *loops->loop);
}
