// SPDX-License-Identifier: BSD-3-Clause
// Normalization by statistics of the elements themselves: every name becomes a row of ops.def with
// one kernel. The statistics that a row gives beside are left unused where the name has none.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

static wick_ir_arg argument_or_none(const wick_ir_node *node, const char *name)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg != NULL ? *arg : wick_ir_arg_none();
}

// Type of the statistics: that of the parameters, else that of the input.
static uint8_t statistic_dtype(const wick_ir_node *node)
{
    const wick_ir_value *weight = wick_argument_tensor(node, "weight");
    const wick_ir_value *bias = wick_argument_tensor(node, "bias");
    const wick_ir_value *from = weight != NULL ? weight : bias;
    return from != NULL ? from->type.dtype : wick_argument_tensor(node, "input")->type.dtype;
}

// The input's type with size 1 for the last `inner` dimensions.
static wick_ir_type row_statistic(const wick_builder *builder, uint32_t inner, uint8_t dtype)
{
    wick_ir_type type = wick_argument_tensor(builder->node, "input")->type;
    for (uint32_t d = type.rank - inner; d < type.rank; d++) {
        type = wick_type_with_size(builder, &type, d, 1);
    }
    type.dtype = dtype;
    return type;
}

static wick_status refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}

// How many dimensions the argument normalized_shape has; 0 if it does not fit the input.
static uint32_t normalized_rank(const wick_ir_node *node)
{
    const wick_ir_arg *shape = wick_argument(node, "normalized_shape");
    const uint32_t rank = wick_argument_tensor(node, "input")->type.rank;
    return shape->kind == WICK_IR_INTS && shape->count <= rank ? shape->count : 0;
}

wick_status wick_rewrite_layer_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const uint32_t inner = normalized_rank(node);
    if (inner == 0) {
        return refuse(builder, "the normalized shape is not that of the input's last dimensions");
    }
    const wick_ir_type statistic = row_statistic(builder, inner, statistic_dtype(node));
    const wick_ir_arg args[] = {*wick_argument(node, "input"),
                                *wick_argument(node, "normalized_shape"),
                                argument_or_none(node, "weight"), argument_or_none(node, "bias"),
                                *wick_argument(node, "eps")};
    wick_ir_node *made =
        wick_build_node(builder, "aten::native_layer_norm", &node->outputs[0]->type, args, 5);
    wick_ir_node_add_output(builder->graph, made, "mean", &statistic);
    wick_ir_node_add_output(builder->graph, made, "rstd", &statistic);
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

// aten::rms_norm, and aten::_fused_rms_norm with its second result.
wick_status wick_rewrite_rms_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const uint32_t inner = normalized_rank(node);
    if (inner == 0) {
        return refuse(builder, "the normalized shape is not that of the input's last dimensions");
    }
    const wick_ir_type statistic = row_statistic(builder, inner, WICK_FLOAT32);
    const wick_ir_arg args[] = {*wick_argument(node, "input"),
                                *wick_argument(node, "normalized_shape"),
                                argument_or_none(node, "weight"), argument_or_none(node, "eps")};
    wick_ir_node *made =
        wick_build_node(builder, "wick::rms_norm", &node->outputs[0]->type, args, 4);
    wick_ir_node_add_output(builder->graph, made, "rstd", &statistic);
    wick_replace(builder, 0, made->outputs[0]);
    wick_replace(builder, 1, made->outputs[1]);
    return WICK_OK;
}

static wick_status build_group_norm(const wick_builder *builder, int64_t groups)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *input = &wick_argument_tensor(node, "input")->type;
    if (input->rank < 2) {
        return refuse(builder, "the input has no dimension of channels");
    }
    const int64_t area =
        wick_size_product(builder->graph->sizes, input->sizes + 2, input->rank - 2u);
    const int64_t sizes[2] = {input->sizes[0], groups};
    const wick_ir_type statistic = wick_ir_type_tensor(statistic_dtype(node), 2, sizes);
    const wick_ir_arg args[] = {*wick_argument(node, "input"),    argument_or_none(node, "weight"),
                                argument_or_none(node, "bias"),   wick_ir_arg_int(input->sizes[0]),
                                wick_ir_arg_int(input->sizes[1]), wick_ir_arg_int(area),
                                wick_ir_arg_int(groups),          *wick_argument(node, "eps")};
    wick_ir_node *made =
        wick_build_node(builder, "aten::native_group_norm", &node->outputs[0]->type, args, 8);
    wick_ir_node_add_output(builder->graph, made, "mean", &statistic);
    wick_ir_node_add_output(builder->graph, made, "rstd", &statistic);
    wick_replace(builder, 0, made->outputs[0]);
    return WICK_OK;
}

wick_status wick_rewrite_group_norm(const wick_builder *builder)
{
    return build_group_norm(builder, wick_argument_int(builder->node, "num_groups", 1));
}

// With its own statistics a group norm of one channel each; with running ones a batch norm.
wick_status wick_rewrite_instance_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *input = &wick_argument_tensor(node, "input")->type;
    if (wick_argument_bool(node, "use_input_stats", true)) {
        if (wick_argument_tensor(node, "running_mean") != NULL) {
            return refuse(builder, "instance norm changes running statistics; call model.eval() "
                                   "before torch.export.export");
        }
        return build_group_norm(builder, input->rank < 2 ? 1 : input->sizes[1]);
    }
    return wick_rewrite_running_norm(builder);
}
