// SPDX-License-Identifier: BSD-3-Clause
// Batch norm in eval mode: all forms become aten::_native_batch_norm_legit_no_training.
#include "compiler/passes/decompose.h"

static wick_status check_is_eval(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    if (wick_argument_bool(node, "training", true)) {
        return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                  "batch norm is in training mode; call model.eval() before "
                                  "torch.export.export");
    }
    if (wick_argument_tensor(node, "running_mean") == NULL ||
        wick_argument_tensor(node, "running_var") == NULL) {
        return wick_ir_node_error(
            builder->context->diag, node, WICK_NOT_SUPPORTED,
            "batch norm keeps no running statistics (track_running_stats=False)");
    }
    return WICK_OK;
}

wick_status wick_rewrite_batch_norm(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    WICK_TRY(check_is_eval(builder));
    const int64_t none = 0;
    const wick_ir_type unused = wick_ir_type_tensor(WICK_FLOAT32, 1, &none);
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
