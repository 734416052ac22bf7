// SPDX-License-Identifier: BSD-3-Clause
// Pools in one and two dimensions, batched or not, become pools on [batch, channels, height,
// width].
#include "compiler/passes/decompose/decompose.h"

// [C, L] and [N, C, L] (one spatial dimension), [C, H, W] and [N, C, H, W] (two) as four
// dimensions.
static void sizes_4d(const wick_ir_type *type, uint32_t spatial, int64_t *sizes)
{
    const bool is_batched = type->rank == spatial + 2;
    const int64_t *from = type->sizes + (is_batched ? 1 : 0);
    sizes[0] = is_batched ? type->sizes[0] : 1;
    sizes[1] = from[0];
    sizes[2] = spatial == 1 ? 1 : from[1];
    sizes[3] = from[spatial];
}

// The argument as two ints: [fill, value] for one spatial dimension; an empty list stays empty.
static wick_ir_arg pair(const wick_builder *builder, const char *name, uint32_t spatial,
                        int64_t fill)
{
    int64_t values[2] = {fill, fill};
    const bool is_given = wick_argument_ints(builder->node, name, spatial, values + 2 - spatial);
    return wick_ir_arg_ints(builder->graph, values, is_given ? 2 : 0);
}

typedef struct pool_form {
    const char *op_name;
    uint32_t spatial;
    bool has_indices;
} pool_form;

static wick_status build_pool(const wick_builder *builder, const pool_form *form, wick_ir_arg *args,
                              uint32_t count)
{
    wick_ir_value *input = wick_argument_tensor_at(builder->node, 0);
    const wick_ir_type *result = &builder->node->outputs[0]->type;
    int64_t sizes[4];
    if (input->type.rank < form->spatial + 1 || input->type.rank > form->spatial + 2) {
        return wick_ir_node_error(builder->context->diag, builder->node, WICK_INVALID_ARGUMENT,
                                  "pool over %u dimensions of a tensor of rank %u", form->spatial,
                                  input->type.rank);
    }
    sizes_4d(&input->type, form->spatial, sizes);
    args[0] = wick_ir_arg_value(wick_build_view(builder, input, 4, sizes));
    sizes_4d(result, form->spatial, sizes);
    const wick_ir_type type = wick_ir_type_tensor(result->dtype, 4, sizes);
    wick_ir_node *made = wick_build_node(builder, form->op_name, &type, args, count);
    if (form->has_indices) {
        const wick_ir_type indices = wick_ir_type_tensor(WICK_INT64, 4, sizes);
        wick_ir_node_add_output(builder->graph, made, "indices", &indices);
    }
    for (uint32_t i = 0; i < builder->node->output_count; i++) {
        wick_replace(builder, i,
                     wick_build_view(builder, made->outputs[i], result->rank, result->sizes));
    }
    return WICK_OK;
}

static wick_status max_pool(const wick_builder *builder, uint32_t spatial)
{
    const pool_form form = {"aten::max_pool2d_with_indices", spatial, true};
    wick_ir_arg args[] = {wick_ir_arg_none(),
                          pair(builder, "kernel_size", spatial, 1),
                          pair(builder, "stride", spatial, 1),
                          pair(builder, "padding", spatial, 0),
                          pair(builder, "dilation", spatial, 1),
                          *wick_argument(builder->node, "ceil_mode")};
    return build_pool(builder, &form, args, 6);
}

wick_status wick_rewrite_max_pool2d(const wick_builder *builder)
{
    return max_pool(builder, 2);
}

wick_status wick_rewrite_max_pool1d(const wick_builder *builder)
{
    return max_pool(builder, 1);
}

wick_status wick_rewrite_avg_pool1d(const wick_builder *builder)
{
    const pool_form form = {"aten::avg_pool2d", 1, false};
    wick_ir_arg args[] = {wick_ir_arg_none(),
                          pair(builder, "kernel_size", 1, 1),
                          pair(builder, "stride", 1, 1),
                          pair(builder, "padding", 1, 0),
                          *wick_argument(builder->node, "ceil_mode"),
                          *wick_argument(builder->node, "count_include_pad")};
    return build_pool(builder, &form, args, 6);
}

// [height, width] of the result: what output_size says, None filled in.
static wick_ir_arg result_size(const wick_builder *builder, uint32_t spatial)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    const uint32_t rank = type->rank;
    const int64_t sizes[] = {spatial > 1 && rank > 1 ? type->sizes[rank - 2] : 1,
                             rank > 0 ? type->sizes[rank - 1] : 1};
    return wick_ir_arg_ints(builder->graph, sizes, 2);
}

static wick_status adaptive_avg_pool(const wick_builder *builder, uint32_t spatial)
{
    const pool_form form = {"aten::_adaptive_avg_pool2d", spatial, false};
    wick_ir_arg args[] = {wick_ir_arg_none(), result_size(builder, spatial)};
    return build_pool(builder, &form, args, 2);
}

wick_status wick_rewrite_adaptive_avg_pool2d(const wick_builder *builder)
{
    return adaptive_avg_pool(builder, 2);
}

wick_status wick_rewrite_adaptive_avg_pool1d(const wick_builder *builder)
{
    return adaptive_avg_pool(builder, 1);
}

wick_status wick_rewrite_adaptive_max_pool1d(const wick_builder *builder)
{
    const pool_form form = {"aten::adaptive_max_pool2d", 1, true};
    wick_ir_arg args[] = {wick_ir_arg_none(), result_size(builder, 1)};
    return build_pool(builder, &form, args, 2);
}

// The maximum alone: the same call with its indices, which nothing reads.
wick_status wick_rewrite_max_pool3d(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    wick_ir_node *made =
        wick_build_node(builder, "aten::max_pool3d_with_indices", &node->outputs[0]->type,
                        node->args, node->op->parameter_count);
    wick_ir_type indices = node->outputs[0]->type;
    indices.dtype = WICK_INT64;
    wick_ir_node_add_output(builder->graph, made, "indices", &indices);
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

// Two or three dimensions, by the rank of the input.
wick_status wick_rewrite_grid_sampler(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const char *name = wick_argument_tensor_at(node, 0)->type.rank == 5 ? "aten::grid_sampler_3d"
                                                                        : "aten::grid_sampler_2d";
    wick_replace(builder, 0, wick_build(builder, name, &node->outputs[0]->type, node->args, 5));
    return WICK_OK;
}
