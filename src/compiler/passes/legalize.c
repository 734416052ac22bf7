// SPDX-License-Identifier: BSD-3-Clause
// Pass legalize: what leaves here runs on the target, or compilation ends with the node, its Python
// line and what to do.
//
// Every node has a row of ops.def that the target has, and the row's own `prepare` accepts its
// argument kinds, types and shapes: the runtime will ask the same function the same question. Graph
// outputs are results of nodes, each another: an output that is an input, a constant or a second
// name of another output gets a copy, so that the planner may give every output memory of its own.
#include "compiler/passes/bounds.h"
#include "compiler/passes/build.h"
#include "compiler/passes/evaluate.h"

#include "ops/op.h"

#include <string.h>

static bool is_wide(const wick_ir_value *value)
{
    return value->type.kind == WICK_VALUE_TENSOR && value->type.dtype == WICK_FLOAT64;
}

// Whether an operator computes in float64, which microcontrollers' firmware leaves out.
// A 0-dim operand does not decide the type beside others.
static bool computes_wide(const wick_ir_node *node)
{
    if ((node->op->traits & (WICK_OP_ELEMENTWISE | WICK_OP_FLOAT64)) == 0) {
        return false;
    }
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_value *value = wick_argument_tensor_at(node, i);
        if (value != NULL && is_wide(value) && value->type.rank > 0) {
            return true;
        }
    }
    return node->output_count > 0 && is_wide(node->outputs[0]);
}

static wick_status check_operator(const wick_pass_context *context, const wick_ir_node *node)
{
    if (node->op->row < 0) {
        return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                  "no target runs this operator and no pass rewrites it");
    }
    if (context->official_operators && (node->op->traits & WICK_OP_WICK_ONLY) != 0) {
        return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                  "the official runtime for Cortex-M has no such operator; compile "
                                  "without --ops official, for Wick's runtime");
    }
    const char *core = context->target->core;
    if (core != NULL && strcmp(core, "any") != 0 && computes_wide(node)) {
        return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                  "no arithmetic on float64 on '%s'; cast to float32 before, or "
                                  "choose target wick or portable",
                                  context->target->name);
    }
    const bool is_ours =
        (node->op->traits & WICK_OP_WICK_ONLY) != 0 || wick_evaluate_needs_wide_row(node);
    if (context->target->portable_operators && is_ours) {
        return wick_ir_node_error(
            context->diag, node, WICK_NOT_SUPPORTED,
            "target '%s' has official operators only; choose a target with Wick's runtime, "
            "such as cortex-m55",
            context->target->name);
    }
    return WICK_OK;
}

// Sizes inside of control flow are computed by no pass.
static wick_status check_numbers(const wick_pass_context *context, const wick_ir_graph *graph,
                                 const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_arg *arg = &node->args[i];
        for (uint32_t k = 0; k < (arg->kind == WICK_IR_INTS ? arg->count : 1); k++) {
            const bool is_number =
                arg->kind == WICK_IR_INT || (arg->kind == WICK_IR_INTS && arg->list.ints != NULL);
            const int64_t size = !is_number                 ? 0
                                 : arg->kind == WICK_IR_INT ? arg->integer
                                                            : arg->list.ints[k];
            if (wick_size_is_symbolic(size)) {
                return wick_ir_node_error(
                    context->diag, node, WICK_NOT_SUPPORTED,
                    "the size %s is known only while running, which control flow does not take; "
                    "compute it before, or export this size as fixed",
                    wick_size_text(graph->arena, graph->sizes, size));
            }
        }
    }
    return WICK_OK;
}

static wick_status check_node(const wick_pass_context *context, wick_ir_graph *graph,
                              const wick_ir_node *node)
{
    const char *reason = NULL;
    static const char *const no_calls[] = {"wick::room", "wick::label", "wick::jump",
                                           "wick::jump_false", "wick::set_"};
    for (size_t i = 0; i < sizeof no_calls / sizeof *no_calls; i++) {
        if (wick_node_is(node, no_calls[i])) {
            return WICK_OK;
        }
    }
    WICK_TRY(check_operator(context, node));
    WICK_TRY(check_numbers(context, graph, node));
    for (uint32_t i = 0; i < node->output_count; i++) {
        WICK_TRY(wick_check_bounded(context, graph, node->outputs[i]));
        if (!wick_ir_type_fits(&node->outputs[i]->type)) {
            return wick_ir_node_error(context->diag, node, WICK_NOT_SUPPORTED,
                                      "the result is larger than any memory");
        }
    }
    const wick_status status = wick_evaluate_check(graph->arena, node, &reason);
    return status == WICK_OK ? WICK_OK
                             : wick_ir_node_error(context->diag, node, status, "%s", reason);
}

static bool is_second_output(const wick_ir_graph *graph, uint32_t index)
{
    for (uint32_t i = 0; i < index; i++) {
        if (graph->outputs[i] == graph->outputs[index]) {
            return true;
        }
    }
    return false;
}

static void copy_outputs(const wick_pass_context *context, wick_ir_graph *graph)
{
    const wick_builder builder = {context, graph, NULL, NULL, NULL};
    for (uint32_t i = 0; i < graph->output_count; i++) {
        wick_ir_value *output = graph->outputs[i];
        if (output->type.kind != WICK_VALUE_TENSOR) {
            continue;
        }
        if (output->kind == WICK_IR_RESULT && !is_second_output(graph, i)) {
            continue;
        }
        const wick_ir_arg args[] = {wick_ir_arg_value(output)};
        graph->outputs[i] = wick_build(&builder, "aten::clone", &output->type, args, 1);
    }
}

wick_status wick_pass_legalize(const wick_pass_context *context, wick_ir_graph *graph)
{
    copy_outputs(context, graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        WICK_TRY(check_node(context, graph, node));
    }
    return WICK_OK;
}
