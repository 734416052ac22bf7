// SPDX-License-Identifier: BSD-3-Clause
// Pass sink_constants: a constant that a body of control flow is called with becomes a constant of
// the body, so that the passes after this one fold it there. The operand stays, unread.
//
// Before  cond(%p, graph "t" { %a = input; %w1 = input; return mul(%a, %w1) }, .., [%x, %w])
// After   cond(%p, graph "t" { %a = input; %w1 = input; %w = parameter; return mul(%a, %w) }, ..,
// [%x, %w])
#include "compiler/ir/control.h"
#include "compiler/passes/build.h"

static wick_ir_value *copy_constant(wick_ir_graph *body, const wick_ir_value *value)
{
    wick_ir_value *copy = wick_ir_value_create(body, value->name, value->kind, &value->type);
    copy->qualified_name = value->qualified_name;
    copy->data = value->data;
    copy->persistent = value->persistent;
    return copy;
}

static wick_status sink_operands(void *context, wick_ir_graph *body)
{
    const wick_ir_node *node = context;
    for (uint32_t i = 0; i < body->input_count; i++) {
        const wick_ir_value *operand = wick_control_operand(node, i);
        if (wick_control_is_fixed(node, i) && wick_ir_value_is_constant(operand) &&
            operand->type.kind == WICK_VALUE_TENSOR) {
            wick_ir_replace_uses(body, body->inputs[i], copy_constant(body, operand));
        }
    }
    return WICK_OK;
}

// The bodies in bodies come when this pass runs on these.
wick_status wick_pass_sink_constants(const wick_pass_context *context, wick_ir_graph *graph)
{
    (void)context;
    wick_status status = WICK_OK;
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_control_of(node->op) != NULL) {
            wick_control_each_body(node, sink_operands, node, &status);
        }
    }
    return status;
}
