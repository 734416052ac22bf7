// SPDX-License-Identifier: BSD-3-Clause
// Pass official_operators: integer operators in the forms of the official library for Cortex-M,
// `cortex_m::`, as its exporter writes them, where the compilation asks for them.
//
// Before  %q = quantized_decomposed::quantize_per_tensor(%x, ..) : i8[1, 3, 8, 8]
//         %p = aten::permute_copy(%q, [0, 2, 3, 1]) : i8[1, 8, 8, 3]
//         %y = wick::conv2d_s8(%p, %w, None, %block) : i8[1, 8, 8, 4]
// After   %q = cortex_m::quantize_per_tensor(%x, ..) : i8[1, 3, 8, 8]
//         %p = dim_order_ops::_clone_dim_order(%q, dim_order=[0, 2, 3, 1]) : i8[1, 3, 8, 8]{0, 2,
//         3, 1} %y = cortex_m::quantized_conv2d(%p, %w, %bias, ..) : i8[1, 4, 8, 8]{0, 2, 3, 1}
// Keeps   the bits, but for softmax and average pooling: docs/official-operators.md.
// After it tensors may have any dim order, so that only passes follow that know it.
#include "compiler/passes/official/official_operators.h"

#include "compiler/passes/evaluate.h"

#include <string.h>

static const uint8_t channels_last[4] = {0, 2, 3, 1};

static const struct {
    const char *name;
    wick_officialize *rewrite;
} rows[] = {
#define WICK_OFFICIAL(name, rewrite) {name, rewrite},
#include "compiler/passes/official/official_operators.def"
#undef WICK_OFFICIAL
};

wick_status wick_official_refuse(const wick_official *official, const char *reason)
{
    return wick_ir_node_error(official->builder.context->diag, official->builder.node,
                              WICK_NOT_SUPPORTED,
                              "the official operators for Cortex-M cannot do it: %s; keep the node "
                              "in float (--keep-float) or compile without --ops official",
                              reason);
}

wick_ir_type wick_official_image_type(int64_t batch, int64_t channels, int64_t height,
                                      int64_t width)
{
    const int64_t sizes[4] = {batch, channels, height, width};
    wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 4, sizes);
    memcpy(type.dim_order, channels_last, sizeof channels_last);
    return type;
}

wick_ir_value *wick_official_permute_to(const wick_builder *builder, wick_ir_value *value,
                                        const int64_t *dims, const wick_ir_type *type)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value),
                                wick_ir_arg_ints(builder->graph, dims, type->rank)};
    return wick_build(builder, "aten::permute_copy", type, args, 2);
}

wick_ir_value *wick_official_image(const wick_builder *builder, wick_ir_value *value)
{
    static const int64_t dims[4] = {0, 3, 1, 2};
    const int64_t *sizes = value->type.sizes;
    const wick_ir_type type = wick_official_image_type(sizes[0], sizes[3], sizes[1], sizes[2]);
    if (wick_ir_value_is_constant(value)) { // has no memory that a view could share
        return wick_ir_constant_create(builder->graph, value->name, &type, value->data);
    }
    return wick_official_permute_to(builder, value, dims, &type);
}

wick_ir_value *wick_official_from_image(const wick_builder *builder, wick_ir_value *image,
                                        const wick_ir_type *like)
{
    static const int64_t dims[4] = {0, 2, 3, 1};
    const int64_t *sizes = image->type.sizes;
    const int64_t renamed[4] = {sizes[0], sizes[2], sizes[3], sizes[1]};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 4, renamed);
    wick_ir_value *value = wick_official_permute_to(builder, image, dims, &type);
    return wick_build_view(builder, value, like->rank, like->sizes);
}

wick_ir_value *wick_official_constant(const wick_builder *builder, const char *hint,
                                      const wick_ir_type *type, const void *data)
{
    const size_t size_bytes = wick_ir_type_size_bytes(type);
    void *copy = wick_arena_alloc(builder->graph->arena, 1, size_bytes);
    memcpy(copy, data, size_bytes);
    return wick_ir_constant_create(builder->graph, hint, type, copy);
}

wick_ir_value *wick_official_channels(const wick_builder *builder, const char *hint,
                                      const int32_t *data, int64_t count)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT32, 1, &count);
    return wick_official_constant(builder, hint, &type, data);
}

wick_quant_scale wick_official_scale(wick_quant_scale scale)
{
    return scale.shift < -31 ? (wick_quant_scale){0, 0} : scale;
}

void wick_official_scales(const wick_builder *builder, const int32_t *multipliers,
                          const int32_t *shifts, int64_t count, wick_ir_arg args[2])
{
    int32_t *bounded = wick_arena_alloc(builder->graph->arena, 2 * (size_t)count, sizeof *bounded);
    for (int64_t c = 0; c < count; c++) {
        const wick_quant_scale scale =
            wick_official_scale((wick_quant_scale){multipliers[c], shifts[c]});
        bounded[c] = scale.multiplier;
        bounded[count + c] = scale.shift;
    }
    args[0] = wick_ir_arg_value(wick_official_channels(builder, "multipliers", bounded, count));
    args[1] = wick_ir_arg_value(wick_official_channels(builder, "shifts", bounded + count, count));
}

wick_status wick_official_scratch(const wick_official *official, int64_t size_bytes,
                                  wick_ir_value **out)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_UINT8, 1, &size_bytes);
    if (size_bytes < 0 || size_bytes > INT32_MAX) {
        return wick_official_refuse(official, "its scratch memory is larger than any memory");
    }
    *out = wick_ir_value_create(official->builder.graph, "scratch", WICK_IR_SCRATCH, &type);
    return WICK_OK;
}

// int8 or int16, with the whole of their ranges or less, and float32 on the other side.
static bool is_official_pair(const wick_ir_node *node, const wick_ir_type *real)
{
    const int64_t dtype = wick_argument(node, "dtype")->integer;
    return real->dtype == WICK_FLOAT32 && (dtype == WICK_INT8 || dtype == WICK_INT16);
}

static wick_status replace_pair(const wick_official *official, const char *op_name)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    enum { FIRST_ARGUMENTS = 6 }; // input to dtype, which both have
    wick_replace(
        builder, 0,
        wick_build(builder, op_name, &node->outputs[0]->type, node->args, FIRST_ARGUMENTS));
    return WICK_OK;
}

wick_status wick_official_quantize(const wick_official *official)
{
    const wick_ir_node *node = official->builder.node;
    if (!is_official_pair(node, &node->args[0].value->type)) {
        return wick_official_refuse(official, "it quantizes to neither int8 nor int16");
    }
    return replace_pair(official, "cortex_m::quantize_per_tensor");
}

wick_status wick_official_dequantize(const wick_official *official)
{
    const wick_ir_node *node = official->builder.node;
    if (!is_official_pair(node, &node->outputs[0]->type)) {
        return wick_official_refuse(official, "it is neither of int8 nor of int16");
    }
    return replace_pair(official, "cortex_m::dequantize_per_tensor");
}

// What the operator's own checks accept may be trusted: a block and shapes that agree.
static wick_status rewrite_node(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!wick_node_is(builder->node, rows[i].name)) {
            continue;
        }
        const char *reason = NULL;
        const wick_status status =
            wick_evaluate_check(builder->graph->arena, builder->node, &reason);
        return status == WICK_OK ? rows[i].rewrite(official)
                                 : wick_ir_node_error(builder->context->diag, builder->node, status,
                                                      "%s", reason);
    }
    return WICK_OK;
}

static wick_ir_value *clone_in_order(const wick_builder *builder, wick_ir_value *value,
                                     const wick_ir_type *type)
{
    int64_t dims[WICK_MAX_RANK];
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    for (uint32_t i = 0; i < type->rank; i++) {
        dims[i] = type->dim_order[i];
    }
    wick_ir_node *node = wick_build_node(builder, "dim_order_ops::_clone_dim_order", type, args, 1);
    node->args[wick_ir_op_parameter(node->op, "dim_order")] =
        wick_ir_arg_ints(builder->graph, dims, type->rank);
    return node->outputs[0];
}

static bool is_permutation(const wick_ir_node *node)
{
    return wick_node_is(node, "aten::permute_copy") || wick_node_is(node, "cortex_m::transpose");
}

// Two permutations that undo each other move elements in memory alone, if at all.
static void cancel_permutation(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_node *first = node->args[0].value->producer;
    if (!is_permutation(node) || first == NULL || !is_permutation(first)) {
        return;
    }
    wick_ir_value *source = first->args[0].value;
    const wick_ir_type *type = &node->outputs[0]->type;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (first->args[1].list.ints[node->args[1].list.ints[i]] != i) {
            return;
        }
    }
    const bool is_same = memcmp(source->type.dim_order, type->dim_order, type->rank) == 0;
    wick_replace(builder, 0, is_same ? source : clone_in_order(builder, source, type));
}

wick_status wick_pass_official_operators(const wick_pass_context *context, wick_ir_graph *graph)
{
    if (!context->official_operators) {
        return WICK_OK;
    }
    wick_target portable = *context->target;
    wick_pass_context official_only = *context;
    portable.portable_operators = true;
    official_only.target = &portable;
    WICK_TRY(wick_pass_decompose(&official_only, graph)); // floats that only Wick's runtime has
    const wick_cmsis_nn_set set = wick_cmsis_nn_set_of(context->target->core);
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        const wick_official official = {{context, graph, node, node, NULL}, set};
        WICK_TRY(rewrite_node(&official));
    }
    WICK_TRY(wick_pass_eliminate_dead(context, graph)); // what was replaced
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        const wick_builder builder = {context, graph, node, node, NULL};
        if (node->op->parameter_count > 0 && node->args[0].kind == WICK_IR_VALUE) {
            cancel_permutation(&builder);
        }
    }
    WICK_TRY(wick_pass_eliminate_common(context, graph));
    return wick_pass_eliminate_dead(context, graph);
}
