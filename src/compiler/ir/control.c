// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/control.h"

#include <string.h>

static const wick_control controls[] = {
    {"higher_order::cond", 1, 2, 3, 1, -1, -1, -1, false},
    {"higher_order::while_loop", 0, 2, 2, 2, 2, -1, -1, true},
    {"higher_order::map_impl", 0, 1, 1, 2, -1, 1, 3, false},
    {"higher_order::scan", 0, 1, 1, 3, 1, 2, 4, false},
};

const wick_control *wick_control_of(const wick_ir_op *op)
{
    for (size_t i = 0; op->row < 0 && i < sizeof controls / sizeof *controls; i++) {
        if (strcmp(controls[i].name, op->name) == 0) {
            return &controls[i];
        }
    }
    return NULL;
}

uint32_t wick_control_operand_count(const wick_ir_node *node)
{
    const wick_control *control = wick_control_of(node->op);
    uint32_t count = 0;
    for (uint32_t i = 0; i < control->list_count; i++) {
        count += node->args[control->first_list + i].count;
    }
    return count;
}

// The list of operand *index, which becomes its place there.
static uint32_t list_of(const wick_ir_node *node, uint32_t *index)
{
    uint32_t list = wick_control_of(node->op)->first_list;
    while (*index >= node->args[list].count) {
        *index -= node->args[list++].count;
    }
    return list;
}

wick_ir_value *wick_control_operand(const wick_ir_node *node, uint32_t index)
{
    const uint32_t list = list_of(node, &index);
    return node->args[list].list.values[index];
}

bool wick_control_is_fixed(const wick_ir_node *node, uint32_t index)
{
    const wick_control *control = wick_control_of(node->op);
    const int32_t list = (int32_t)list_of(node, &index);
    return list != control->carried_list && list != control->steps_list;
}

void wick_control_each_body(const wick_ir_node *node,
                            wick_status (*visit)(void *context, wick_ir_graph *body), void *context,
                            wick_status *status)
{
    for (uint32_t i = 0; i < node->op->parameter_count && *status == WICK_OK; i++) {
        if (node->args[i].kind == WICK_IR_GRAPH) {
            *status = visit(context, node->args[i].graph);
        }
    }
}

static wick_status error(const wick_ir_node *node, wick_diag *diag, const char *what)
{
    return wick_ir_node_error(diag, node, WICK_INTERNAL, "%s", what);
}

// Whether `a` without its first `lead` dimensions has the element type and the sizes of `b`, as far
// as these are numbers: branches may differ in a size that the result has as a symbol of its own.
static bool fits(const wick_ir_type *a, uint32_t lead, const wick_ir_type *b)
{
    bool is_right = a->kind == b->kind && a->dtype == b->dtype && a->rank == b->rank + lead;
    for (uint32_t i = 0; is_right && i < b->rank; i++) {
        is_right = a->sizes[lead + i] == b->sizes[i] || wick_size_is_symbolic(a->sizes[lead + i]) ||
                   wick_size_is_symbolic(b->sizes[i]);
    }
    return is_right;
}

// Lists of values, none of them missing; the parts that steps take have a first dimension, all the
// same.
static bool lists_are_complete(const wick_ir_node *node, const wick_control *control)
{
    const wick_ir_type *first = NULL;
    for (uint32_t i = 0; i < control->list_count; i++) {
        const wick_ir_arg *list = &node->args[control->first_list + i];
        for (uint32_t k = 0; k < list->count; k++) {
            if (list->list.values == NULL || list->list.values[k] == NULL) {
                return false;
            }
            const wick_ir_type *type = &list->list.values[k]->type;
            if ((int32_t)(control->first_list + i) != control->steps_list) {
                continue;
            }
            if (type->kind != WICK_VALUE_TENSOR || type->rank == 0 ||
                (first != NULL && first->sizes[0] != type->sizes[0])) {
                return false;
            }
            first = type;
        }
    }
    return control->steps_list < 0 || first != NULL;
}

static wick_status verify_inputs(const wick_ir_node *node, const wick_ir_graph *body,
                                 wick_diag *diag)
{
    const wick_control *control = wick_control_of(node->op);
    if (body->input_count != wick_control_operand_count(node) || body->written_count != 0) {
        return error(node, diag, "has a body that does not take its operands");
    }
    for (uint32_t i = 0; i < body->input_count; i++) {
        uint32_t place = i;
        const bool is_step = (int32_t)list_of(node, &place) == control->steps_list;
        if (!fits(&wick_control_operand(node, i)->type, is_step, &body->inputs[i]->type)) {
            return error(node, diag, "has a body that takes operands of other types");
        }
    }
    return WICK_OK;
}

// A body that gives one truth value.
static wick_status verify_condition(const wick_ir_node *node, const wick_ir_graph *body,
                                    wick_diag *diag)
{
    const bool is_one = body->output_count == 1 &&
                        body->outputs[0]->type.kind == WICK_VALUE_TENSOR &&
                        body->outputs[0]->type.dtype == WICK_BOOL &&
                        wick_ir_type_count(&body->outputs[0]->type) == 1;
    return is_one ? WICK_OK : error(node, diag, "has a condition that is not one bool");
}

// What is carried, then what each step adds to a stack of all.
static wick_status verify_outputs(const wick_ir_node *node, const wick_ir_graph *body,
                                  wick_diag *diag)
{
    const wick_control *control = wick_control_of(node->op);
    const wick_ir_arg *carried =
        control->carried_list >= 0 ? &node->args[control->carried_list] : NULL;
    const uint32_t carried_count = carried != NULL ? carried->count : 0;
    if (body->output_count != node->output_count || body->output_count < carried_count) {
        return error(node, diag, "has a body that does not give its results");
    }
    for (uint32_t i = 0; i < body->output_count; i++) {
        const wick_ir_type *type = &body->outputs[i]->type;
        const wick_ir_type *result = &node->outputs[i]->type;
        const bool is_stacked = control->steps_list >= 0 && i >= carried_count;
        const bool is_right =
            type->kind == WICK_VALUE_TENSOR && fits(result, is_stacked, type) &&
            (i >= carried_count || fits(&carried->list.values[i]->type, 0, type)) &&
            (!is_stacked ||
             result->sizes[0] == node->args[control->steps_list].list.values[0]->type.sizes[0]);
        if (!is_right) {
            return error(node, diag, "has a body that gives results of other types");
        }
    }
    return WICK_OK;
}

wick_status wick_control_verify(const wick_ir_node *node, wick_diag *diag)
{
    const wick_control *control = wick_control_of(node->op);
    if (!lists_are_complete(node, control)) {
        return error(node, diag, "has operands that are no list of tensors");
    }
    for (uint32_t i = 0; i < control->body_count; i++) {
        const wick_ir_arg *body = &node->args[control->first_body + i];
        WICK_TRY(verify_inputs(node, body->graph, diag));
        WICK_TRY(control->has_condition && i == 0 ? verify_condition(node, body->graph, diag)
                                                  : verify_outputs(node, body->graph, diag));
    }
    return WICK_OK;
}
