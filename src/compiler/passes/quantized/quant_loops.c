// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/quantized/quant_loops.h"

#include "base/assert.h"
#include "ops/quant/quant_elementwise.h"

#include <string.h>

typedef struct loops {
    wick_quant_loop loop[WICK_MAX_RANK];
    int32_t count;
} loops;

// Elements from one index of dimension `dim` of the result to the next; 0 where the operand has one
// index for all.
static int32_t step_of(const wick_ir_type *type, uint32_t dim, uint32_t rank)
{
    uint64_t step = 1;
    const uint32_t missing = rank - type->rank;
    if (dim < missing || type->sizes[dim - missing] == 1) {
        return 0;
    }
    for (uint32_t i = dim - missing + 1; i < type->rank; i++) {
        step *= (uint64_t)type->sizes[i];
    }
    return (int32_t)step;
}

// Whether one loop does what `outer` around `inner` does.
static bool can_merge(const wick_quant_loop *outer, const wick_quant_loop *inner)
{
    return outer->a_step == (int64_t)inner->count * inner->a_step &&
           outer->b_step == (int64_t)inner->count * inner->b_step;
}

static loops loops_of(const wick_ir_type *const types[3])
{
    const wick_ir_type *out = types[2];
    loops result = {.count = 0};
    for (uint32_t i = 0; i < out->rank; i++) {
        const wick_quant_loop loop = {(int32_t)out->sizes[i], step_of(types[0], i, out->rank),
                                      step_of(types[1], i, out->rank)};
        wick_quant_loop *last = result.count > 0 ? &result.loop[result.count - 1] : NULL;
        if (loop.count == 1) {
            continue;
        }
        if (last != NULL && can_merge(last, &loop)) {
            *last = (wick_quant_loop){(int32_t)((uint32_t)last->count * (uint32_t)loop.count),
                                      loop.a_step, loop.b_step};
        } else {
            result.loop[result.count++] = loop;
        }
    }
    return result;
}

wick_ir_value *wick_build_loops_block(const wick_builder *builder, const void *head,
                                      size_t head_bytes, const wick_ir_type *const types[3])
{
    const loops made = loops_of(types);
    const size_t tail_bytes = (size_t)made.count * sizeof made.loop[0];
    uint8_t *data = wick_arena_alloc(builder->graph->arena, 1, head_bytes + tail_bytes);
    const int64_t words = (int64_t)((head_bytes + tail_bytes) / sizeof(int32_t));
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT32, 1, &words);
    memcpy(data, head, head_bytes);
    memcpy(data + head_bytes - sizeof made.count, &made.count, sizeof made.count);
    memcpy(data + head_bytes, made.loop, tail_bytes);
    return wick_ir_constant_create(builder->graph, "block", &type, data);
}

static size_t head_bytes_of(const wick_ir_node *node)
{
    return wick_node_is(node, "wick::add_s8") || wick_node_is(node, "wick::add_s16")
               ? sizeof(wick_add_s8_block)
               : sizeof(wick_mul_s8_block);
}

bool wick_loops_block_is_constant(const wick_ir_node *node)
{
    const wick_ir_value *block = wick_argument_tensor(node, "block");
    return block != NULL && wick_ir_value_is_constant(block) && block->type.dtype == WICK_INT32 &&
           wick_ir_type_size_bytes(&block->type) >= head_bytes_of(node);
}

wick_ir_value *wick_rebuild_loops_block(const wick_builder *builder,
                                        const wick_ir_type *const types[3])
{
    const wick_ir_value *block = wick_argument_tensor(builder->node, "block");
    return wick_build_loops_block(builder, block->data, head_bytes_of(builder->node), types);
}
