// SPDX-License-Identifier: BSD-3-Clause
// int8 tensors whose elements move, or are chosen.
#include "compiler/passes/official/official_operators.h"

enum { MOST_DIMENSIONS = 4 }; // of the official operators that move elements

static bool is_small_int8(const wick_ir_node *node)
{
    return node->outputs[0]->type.dtype == WICK_INT8 && node->outputs[0]->type.rank >= 1 &&
           node->outputs[0]->type.rank <= MOST_DIMENSIONS;
}

static bool is_identity(const int64_t *dims, uint32_t rank)
{
    for (uint32_t i = 0; i < rank; i++) {
        if (dims[i] != i) {
            return false;
        }
    }
    return true;
}

// Others stay: the official library has them for every type, slower.
wick_status wick_official_permute(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    int64_t dims[WICK_MAX_RANK];
    if (!is_small_int8(node) || !wick_argument_dims(node, type->rank, dims)) {
        return WICK_OK;
    }
    if (is_identity(dims, type->rank)) { // which arm_transpose_s8 gets wrong for two dimensions
        wick_replace(builder, 0, node->args[0].value);
        return WICK_OK;
    }
    const wick_ir_arg args[] = {node->args[0], wick_ir_arg_ints(builder->graph, dims, type->rank)};
    wick_replace(builder, 0, wick_build(builder, "cortex_m::transpose", type, args, 2));
    return WICK_OK;
}

// Sizes before and behind each of four dimensions, those that the tensor lacks in front. False if
// something is cut off.
static bool read_pad(const wick_ir_node *node, int64_t before[4], int64_t behind[4])
{
    const wick_ir_arg *pad = wick_argument(node, "pad");
    for (uint32_t i = 0; i < MOST_DIMENSIONS; i++) {
        before[i] = behind[i] = 0;
    }
    for (uint32_t i = 0; i + 1 < pad->count; i += 2) { // last dimension first
        before[MOST_DIMENSIONS - 1 - i / 2] = pad->list.ints[i];
        behind[MOST_DIMENSIONS - 1 - i / 2] = pad->list.ints[i + 1];
        if (pad->list.ints[i] < 0 || pad->list.ints[i + 1] < 0) {
            return false;
        }
    }
    return true;
}

wick_status wick_official_pad(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    int64_t before[MOST_DIMENSIONS];
    int64_t behind[MOST_DIMENSIONS];
    double value = 0;
    if (!is_small_int8(node) || wick_argument(node, "pad")->kind != WICK_IR_INTS ||
        !read_pad(node, before, behind) ||
        !wick_argument_number(wick_argument(node, "value"), &value)) {
        return WICK_OK;
    }
    wick_ir_value *input = node->args[0].value;
    wick_ir_type padded = *type;
    if (type->rank == MOST_DIMENSIONS) { // sizes of padding stand in the order of memory
        const int64_t *sizes = type->sizes;
        input = wick_official_image(builder, input);
        padded = wick_official_image_type(sizes[0], sizes[3], sizes[1], sizes[2]);
    }
    const wick_ir_arg args[] = {
        wick_ir_arg_value(input), wick_ir_arg_ints(builder->graph, before, MOST_DIMENSIONS),
        wick_ir_arg_ints(builder->graph, behind, MOST_DIMENSIONS), wick_ir_arg_int((int64_t)value)};
    wick_ir_value *out = wick_build(builder, "cortex_m::pad", &padded, args, 4);
    wick_replace(builder, 0,
                 type->rank == MOST_DIMENSIONS ? wick_official_from_image(builder, out, type)
                                               : out);
    return WICK_OK;
}

// Of one shape: CMSIS-NN's broadcasting is not PyTorch's for all.
static wick_status rewrite_extreme(const wick_official *official, const char *op_name)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    const wick_ir_value *self = wick_argument_tensor_at(node, 0);
    const wick_ir_value *other = wick_argument_tensor_at(node, 1);
    if (is_small_int8(node) && self != NULL && other != NULL &&
        wick_same_sizes(&self->type, &other->type) && self->type.dtype == WICK_INT8 &&
        other->type.dtype == WICK_INT8) {
        wick_replace(builder, 0,
                     wick_build(builder, op_name, &node->outputs[0]->type, node->args, 2));
    }
    return WICK_OK;
}

wick_status wick_official_minimum(const wick_official *official)
{
    return rewrite_extreme(official, "cortex_m::minimum");
}

wick_status wick_official_maximum(const wick_official *official)
{
    return rewrite_extreme(official, "cortex_m::maximum");
}
