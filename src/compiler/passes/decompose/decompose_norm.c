// SPDX-License-Identifier: BSD-3-Clause
// Batch norm: with running statistics all forms become aten::_native_batch_norm_legit_no_training,
// with those of the batch aten::_native_batch_norm_legit.no_stats. In training mode functionalize
// has made of it the functional form, whose last results are the running statistics.
#include "compiler/passes/arithmetic.h"
#include "compiler/passes/decompose/decompose.h"

static bool has_running_statistics(const wick_ir_node *node)
{
    return wick_argument_tensor(node, "running_mean") != NULL &&
           wick_argument_tensor(node, "running_var") != NULL;
}

bool wick_norm_changes_statistics(const wick_ir_node *node)
{
    static const char *const names[] = {"aten::batch_norm", "aten::native_batch_norm",
                                        "aten::_native_batch_norm_legit"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (wick_node_is(node, names[i])) {
            return has_running_statistics(node) && wick_argument_bool(node, "training", true);
        }
    }
    return false;
}

wick_ir_node *wick_build_functional_norm(const wick_builder *builder)
{
    static const char *const names[] = {"input",       "weight",   "bias",     "running_mean",
                                        "running_var", "training", "momentum", "eps"};
    const wick_ir_node *node = builder->node;
    wick_ir_arg args[8];
    for (uint32_t i = 0; i < 8; i++) {
        args[i] = *wick_argument(node, names[i]);
    }
    const wick_ir_type *mean = &wick_argument_tensor(node, "running_mean")->type;
    const wick_ir_type *variance = &wick_argument_tensor(node, "running_var")->type;
    wick_ir_node *made = wick_build_node(builder, "aten::_native_batch_norm_legit_functional",
                                         &node->outputs[0]->type, args, 8);
    for (uint32_t i = 1; i < 3; i++) { // batch_norm does not give the statistics of the batch
        const wick_ir_type *type = i < node->output_count ? &node->outputs[i]->type : mean;
        wick_ir_node_add_output(builder->graph, made, "statistic", type);
    }
    wick_ir_node_add_output(builder->graph, made, "running_mean", mean);
    wick_ir_node_add_output(builder->graph, made, "running_var", variance);
    for (uint32_t i = 0; i < node->output_count; i++) {
        wick_replace(builder, i, made->outputs[i]);
    }
    return made;
}

wick_status wick_rewrite_running_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (!has_running_statistics(node)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "the node has no running statistics");
    }
    const int64_t none = 0;
    // Empty, of the type that the node gives them, if it does.
    wick_ir_type unused = wick_ir_type_tensor(WICK_FLOAT32, 1, &none);
    unused.dtype = node->output_count > 1 ? node->outputs[1]->type.dtype : unused.dtype;
    const wick_ir_arg args[] = {
        *wick_argument(node, "input"),       *wick_argument(node, "weight"),
        *wick_argument(node, "bias"),        *wick_argument(node, "running_mean"),
        *wick_argument(node, "running_var"), *wick_argument(node, "momentum"),
        *wick_argument(node, "eps")};
    wick_ir_node *made = wick_build_node(builder, "aten::_native_batch_norm_legit_no_training",
                                         &node->outputs[0]->type, args, 7);
    wick_ir_node_add_output(builder->graph, made, "save_mean", &unused);
    wick_ir_node_add_output(builder->graph, made, "save_rstd", &unused);
    for (uint32_t i = 0; i < 3; i++) {
        wick_replace(builder, i, made->outputs[i]);
    }
    return WICK_OK;
}

// By the statistics of the batch; gives them as results 1 and 2.
static wick_ir_node *build_batch_statistics(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_value *weight = wick_argument_tensor(node, "weight");
    const wick_ir_type *input = &wick_argument_tensor(node, "input")->type;
    const wick_ir_type point =
        wick_ir_type_tensor(weight != NULL ? weight->type.dtype : input->dtype, 1, (int64_t[]){1});
    const wick_ir_type statistic =
        wick_type_with_dim(builder, &point, 0, input, input->rank > 1 ? 1 : 0);
    const wick_ir_arg args[] = {*wick_argument(node, "input"),    *wick_argument(node, "weight"),
                                *wick_argument(node, "bias"),     wick_ir_arg_bool(true),
                                *wick_argument(node, "momentum"), *wick_argument(node, "eps")};
    wick_ir_node *made = wick_build_node(builder, "aten::_native_batch_norm_legit.no_stats",
                                         &node->outputs[0]->type, args, 6);
    wick_ir_node_add_output(builder->graph, made, "save_mean", &statistic);
    wick_ir_node_add_output(builder->graph, made, "save_rstd", &statistic);
    for (uint32_t i = 0; i < 3; i++) {
        wick_replace(builder, i, made->outputs[i]);
    }
    return made;
}

wick_status wick_rewrite_batch_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (!has_running_statistics(node)) {
        build_batch_statistics(builder);
        return WICK_OK;
    }
    return wick_rewrite_running_norm(builder);
}

// (1 - momentum) * running + momentum * value
static wick_ir_value *mixed(const wick_builder *builder, const char *running, wick_ir_value *value)
{
    wick_ir_value *old = wick_argument_tensor(builder->node, running);
    double momentum = 0;
    wick_argument_number(wick_argument(builder->node, "momentum"), &momentum);
    old = wick_build_scalar(builder, "aten::mul.Scalar", old, 1 - momentum);
    value = wick_build_scalar(builder, "aten::mul.Scalar",
                              wick_build_cast(builder, value, old->type.dtype), momentum);
    return wick_build_binary(builder, "aten::add.Tensor", old, value);
}

// The variance of each channel, over count - 1.
static wick_ir_value *channel_variance(const wick_builder *builder, const wick_ir_type *type)
{
    wick_ir_value *input = wick_argument_tensor(builder->node, "input");
    if (input->type.dtype != WICK_FLOAT64) {
        input = wick_build_cast(builder, input, WICK_FLOAT32);
    }
    int64_t dims[WICK_MAX_RANK];
    uint32_t count = 0;
    wick_ir_type result = *type;
    result.dtype = input->type.dtype;
    for (uint32_t d = 0; d < input->type.rank; d++) {
        if (d != 1) {
            dims[count++] = d;
        }
    }
    const wick_ir_arg args[] = {wick_ir_arg_value(input),
                                wick_ir_arg_ints(builder->graph, dims, count), wick_ir_arg_int(1)};
    return wick_build(builder, "aten::var.correction", &result, args, 3);
}

// Results 3 and 4 are the running statistics after this batch.
wick_status wick_rewrite_batch_norm_functional(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (!wick_argument_bool(node, "training", true)) {
        wick_replace(builder, 3, wick_argument_tensor(node, "running_mean"));
        wick_replace(builder, 4, wick_argument_tensor(node, "running_var"));
        return wick_rewrite_running_norm(builder);
    }
    wick_ir_node *made = build_batch_statistics(builder);
    wick_ir_value *variance = channel_variance(builder, &made->outputs[1]->type);
    wick_replace(builder, 3, mixed(builder, "running_mean", made->outputs[1]));
    wick_replace(builder, 4, mixed(builder, "running_var", variance));
    return WICK_OK;
}
