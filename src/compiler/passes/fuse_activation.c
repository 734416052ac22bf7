// SPDX-License-Identifier: BSD-3-Clause
// Pass fuse_activation: a node whose only use is an activation records it as its epilogue. Nothing
// is removed: a target that has kernels with that epilogue takes the pair when it chooses its
// operators.
//
// Before  %c = aten::convolution(..)    %y = aten::relu(%c)
// After   the same; the convolution's fused_activation is "relu"
#include "compiler/passes/build.h"
#include "compiler/passes/explain.h"

static const char *const hosts[] = {
    "aten::convolution", "aten::linear",     "aten::addmm",
    "aten::add.Tensor",  "aten::mul.Tensor", "aten::_native_batch_norm_legit_no_training"};

static const char *const activations[] = {"aten::relu",    "aten::hardtanh",    "aten::clamp",
                                          "aten::sigmoid", "aten::tanh",        "aten::hardswish",
                                          "aten::silu",    "aten::hardsigmoid", "aten::leaky_relu"};

static bool is_one_of(const wick_ir_node *node, const char *const *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wick_node_is(node, names[i])) {
            return true;
        }
    }
    return false;
}

// "relu" of aten::relu; hardtanh(0, 6) is relu6.
static const char *activation_name(const wick_ir_node *node)
{
    double minimum = 0;
    double maximum = 0;
    if (wick_node_is(node, "aten::hardtanh") &&
        wick_argument_number(wick_argument(node, "min_val"), &minimum) &&
        wick_argument_number(wick_argument(node, "max_val"), &maximum) && minimum == 0 &&
        maximum == 6) {
        return "relu6";
    }
    return node->op->name + sizeof "aten::" - 1;
}

// Why the activation is no epilogue of what gives its input; NULL if it is.
static const char *refusal(const wick_ir_node *node)
{
    const wick_ir_value *input = wick_argument_tensor_at(node, 0);
    if (input == NULL || input->kind != WICK_IR_RESULT ||
        !is_one_of(input->producer, hosts, sizeof hosts / sizeof hosts[0])) {
        return "what computes its input takes no activation";
    }
    if (input->use_count != 1) {
        return "its input is read by others, too";
    }
    return wick_ir_type_equal(&input->type, &node->outputs[0]->type) ? NULL
                                                                      : "it changes the type";
}

wick_status wick_pass_fuse_activation(const wick_pass_context *context, wick_ir_graph *graph)
{
    wick_ir_count_uses(graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (!is_one_of(node, activations, sizeof activations / sizeof activations[0])) {
            continue;
        }
        const char *reason = refusal(node);
        if (reason != NULL) {
            wick_explain_left(context, graph, node, "%s", reason);
            continue;
        }
        wick_ir_node *host = wick_argument_tensor_at(node, 0)->producer;
        host->fused_activation = activation_name(node);
        wick_explain_done(context, graph, node, "recorded as the end of '%s' (%s)", host->name,
                          host->op->name);
    }
    return WICK_OK;
}
