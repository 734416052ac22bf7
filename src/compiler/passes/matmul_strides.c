// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/matmul_strides.h"

#include "ops/quant/quant_matmul.h"

#include <string.h>

enum { DIMS = 3 };

// A permuted tensor: sizes and steps in elements of its dimensions, in itself and in the source.
typedef struct permuted {
    wick_ir_value *source;
    uint32_t rank;
    int64_t sizes[WICK_MAX_RANK], steps[WICK_MAX_RANK], source_steps[WICK_MAX_RANK];
} permuted;

static void set_steps(const wick_ir_type *type, int64_t *steps)
{
    int64_t step = 1;
    for (uint32_t i = type->rank; i-- > 0;) {
        steps[i] = step;
        step *= type->sizes[i];
    }
}

// What the operand is a permutation of, seen through a view.
static bool read_permuted(const wick_ir_value *operand, permuted *out)
{
    int64_t dims[WICK_MAX_RANK];
    int64_t source_steps[WICK_MAX_RANK] = {0};
    const wick_ir_node *view = wick_producer_if(operand, "aten::view_copy");
    const wick_ir_value *value = view != NULL ? wick_argument_tensor_at(view, 0) : operand;
    const wick_ir_node *permute = wick_producer_if(value, "aten::permute_copy");
    if (permute == NULL || !wick_ir_type_is_static(&value->type) ||
        wick_ir_type_count(&value->type) > INT32_MAX ||
        !wick_argument_dims(permute, value->type.rank, dims)) {
        return false;
    }
    out->source = wick_argument_tensor_at(permute, 0);
    out->rank = value->type.rank;
    if (out->source == NULL || out->source->type.rank != out->rank) {
        return false;
    }
    memcpy(out->sizes, value->type.sizes, sizeof out->sizes);
    set_steps(&value->type, out->steps);
    set_steps(&out->source->type, source_steps);
    for (uint32_t i = 0; i < out->rank; i++) {
        out->source_steps[i] = source_steps[dims[i]];
        if (out->source->type.sizes[dims[i]] != out->sizes[i]) {
            return false;
        }
    }
    return true;
}

// A loop of `count` turns by `step` elements of the permuted tensor, in the source; -1 if it runs
// over more than one of its dimensions.
static int64_t source_step(const permuted *p, int32_t count, int32_t step)
{
    if (count == 1) {
        return 0;
    }
    for (uint32_t i = 0; i < p->rank; i++) {
        if (p->sizes[i] == count && p->steps[i] == step) {
            return p->source_steps[i];
        }
    }
    return -1;
}

static bool move_strides(const wick_ir_value *operand, const int32_t *counts, int32_t *strides,
                         wick_ir_value **source)
{
    permuted p;
    int32_t moved[DIMS];
    if (operand == NULL || !read_permuted(operand, &p)) {
        return false;
    }
    for (uint32_t i = 0; i < DIMS; i++) {
        const int64_t step = source_step(&p, counts[i], strides[i]);
        if (step < 0) {
            return false;
        }
        moved[i] = (int32_t)step;
    }
    memcpy(strides, moved, sizeof moved);
    *source = p.source;
    return true;
}

bool wick_take_into_matmul(const wick_builder *builder)
{
    wick_ir_node *node = builder->node;
    const wick_ir_value *held = wick_argument_tensor(node, "block");
    wick_matmul_s8_block *block = wick_arena_alloc(builder->graph->arena, 1, sizeof *block);
    wick_ir_value *source;
    if (held == NULL || !wick_ir_value_is_constant(held) || held->type.dtype != WICK_INT32 ||
        wick_ir_type_size_bytes(&held->type) != sizeof *block) {
        return false;
    }
    memcpy(block, held->data, sizeof *block);
    const int32_t lhs[] = {block->batch, block->rows, block->depth};
    const int32_t rhs[] = {block->batch, block->cols, block->depth};
    bool has_changed = false;
    if (move_strides(wick_argument_tensor_at(node, 0), lhs, block->lhs_strides, &source)) {
        node->args[0] = wick_ir_arg_value(source);
        has_changed = true;
    }
    if (move_strides(wick_argument_tensor_at(node, 1), rhs, block->rhs_strides, &source)) {
        node->args[1] = wick_ir_arg_value(source);
        has_changed = true;
    }
    if (has_changed) {
        node->args[2] = wick_ir_arg_value(
            wick_ir_constant_create(builder->graph, held->name, &held->type, block));
    }
    return has_changed;
}
