// SPDX-License-Identifier: BSD-3-Clause
// Pass fold_pad: zeros put around the input of a convolution or an average pool become its padding.
//
// Before  %p = aten::constant_pad_nd(%x, [1, 1, 1, 1], 0)    %y = aten::convolution(%p, %w, %b, [1,
// 1], [0, 0], ..) After   %y = aten::convolution(%x, %w, %b, [1, 1], [1, 1], ..) Holds   the same
// number of zeros on both sides of each spatial dimension (aten::convolution knows no other
// padding) and
//         none elsewhere; weights finite, so that a product with a padded zero is 0; for a pool:
//         padding counted, whole windows only, and at most half a window of padding, as the
//         operator demands.
// Keeps   the pad for its other uses.
#include "compiler/passes/build.h"
#include "compiler/passes/constant.h"
#include "compiler/passes/explain.h"

enum { MAX_SPATIAL = 3 };

static const char *const not_symmetric =
    "it is not the same number of zeros on both sides of the spatial dimensions alone";

// Zeros on each side of the last `spatial` dimensions; false if the node pads in any other way.
static bool symmetric_zeros(const wick_ir_node *pad_node, uint32_t spatial, int64_t *out)
{
    const wick_ir_arg *pad = wick_argument(pad_node, "pad");
    double value = 0;
    if (!wick_argument_number(wick_argument(pad_node, "value"), &value) || value != 0 ||
        pad->kind != WICK_IR_INTS || pad->count > 2 * (spatial + 2)) {
        return false;
    }
    for (uint32_t i = 0; i < spatial; i++) {
        out[i] = 0;
    }
    for (uint32_t i = 0; i + 1 < pad->count; i += 2) { // last dimension first
        const int64_t before = pad->list.ints[i];
        if (before != pad->list.ints[i + 1] || before < 0 || before > INT32_MAX ||
            (i / 2 >= spatial && before != 0)) {
            return false;
        }
        if (i / 2 < spatial) {
            out[spatial - 1 - i / 2] = before;
        }
    }
    return true;
}

// Both give why they cannot, NULL if they did.
static const char *fold_into_convolution(wick_ir_graph *graph, wick_ir_node *node,
                                  const wick_ir_node *pad_node)
{
    const wick_ir_value *weight = wick_argument_tensor(node, "weight");
    const uint32_t spatial = node->outputs[0]->type.rank - 2u;
    int64_t zeros[MAX_SPATIAL];
    int64_t padding[MAX_SPATIAL];
    if (spatial < 1 || spatial > MAX_SPATIAL || wick_argument_bool(node, "transposed", false) ||
        !wick_argument_ints(node, "padding", spatial, padding)) {
        return "a convolution of this kind takes no more padding";
    }
    if (!symmetric_zeros(pad_node, spatial, zeros)) {
        return not_symmetric;
    }
    if (!wick_ir_value_is_constant(weight) || !wick_constant_is_finite(weight)) {
        return "the weights are no finite constants: a product with a zero may be NaN";
    }
    for (uint32_t i = 0; i < spatial; i++) {
        padding[i] += zeros[i];
    }
    node->args[wick_ir_op_parameter(node->op, "padding")] =
        wick_ir_arg_ints(graph, padding, spatial);
    return NULL;
}

static const char *fold_into_pool(wick_ir_graph *graph, wick_ir_node *node,
                                  const wick_ir_node *pad_node)
{
    int64_t zeros[2];
    int64_t padding[2];
    int64_t kernel[2];
    if (node->outputs[0]->type.rank < 3 || wick_argument_bool(node, "ceil_mode", false) ||
        !wick_argument_ints(node, "padding", 2, padding) ||
        !wick_argument_ints(node, "kernel_size", 2, kernel)) {
        return "a pool of this kind takes no more padding";
    }
    if (!symmetric_zeros(pad_node, 2, zeros)) {
        return not_symmetric;
    }
    const bool counts = wick_argument_bool(node, "count_include_pad", true);
    for (uint32_t i = 0; i < 2; i++) {
        if ((!counts && padding[i] != 0) || padding[i] + zeros[i] > kernel[i] / 2) {
            return "it is more than half a window, or the pool does not count its own padding";
        }
        padding[i] += zeros[i];
    }
    node->args[wick_ir_op_parameter(node->op, "padding")] = wick_ir_arg_ints(graph, padding, 2);
    node->args[wick_ir_op_parameter(node->op, "count_include_pad")] = wick_ir_arg_bool(true);
    return NULL;
}

typedef struct host_row {
    const char *op_name;
    const char *(*fold)(wick_ir_graph *graph, wick_ir_node *node, const wick_ir_node *pad_node);
} host_row;

static const host_row hosts[] = {
    {"aten::convolution", fold_into_convolution},
    {"aten::avg_pool2d", fold_into_pool},
};

// A pad that was folded goes with eliminate_dead unless it has other uses.
static void fold_before(const wick_pass_context *context, wick_ir_graph *graph, wick_ir_node *node,
                        const host_row *host)
{
    const wick_ir_node *pad =
        wick_producer_if(wick_argument_tensor_at(node, 0), "aten::constant_pad_nd");
    if (pad == NULL) {
        return;
    }
    const char *reason = host->fold(graph, node, pad);
    if (reason != NULL) {
        wick_explain_left(context, graph, pad, "before '%s': %s", node->name, reason);
        return;
    }
    wick_explain_done(context, graph, pad, "folded into '%s' (%s)", node->name, node->op->name);
    node->args[0] = pad->args[0];
}

wick_status wick_pass_fold_pad(const wick_pass_context *context, wick_ir_graph *graph)
{
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        for (size_t i = 0; i < sizeof hosts / sizeof hosts[0]; i++) {
            if (wick_node_is(node, hosts[i].op_name)) {
                fold_before(context, graph, node, &hosts[i]);
            }
        }
    }
    return WICK_OK;
}
