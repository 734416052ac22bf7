// SPDX-License-Identifier: BSD-3-Clause
// One walk over the nodes without hashing: each check has a number of its own, and a result carries
// the number of the check that saw its node.
#include "compiler/ir/control.h"

typedef struct order_check {
    uint32_t number;
    const wick_ir_value *early; // used, but not seen yet
} order_check;

static bool is_seen(const order_check *check, const wick_ir_value *value)
{
    return value->kind != WICK_IR_RESULT || value->seen_by == check->number;
}

static void check_use(void *context, wick_ir_value **slot)
{
    order_check *check = context;
    if (!is_seen(check, *slot)) {
        check->early = *slot;
    }
}

typedef struct body_check {
    uint32_t *number;
    const char *pass;
    wick_diag *diag;
} body_check;

static wick_status check_graph(const body_check *all, const wick_ir_graph *graph);

static wick_status check_body(void *context, wick_ir_graph *body)
{
    return check_graph(context, body);
}

// Recursion is bounded by how deep the archive nests bodies.
static wick_status check_graph(const body_check *all, const wick_ir_graph *graph)
{
    order_check check = {++*all->number, NULL};
    wick_status status = WICK_OK;
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        wick_ir_node_each_value(node, check_use, &check);
        if (check.early != NULL) {
            return wick_ir_node_error(all->diag, node, WICK_INTERNAL,
                                      "after pass '%s' the node uses '%s', which is computed "
                                      "behind it or not at all; this is a defect of the pass",
                                      all->pass, check.early->name);
        }
        if (wick_control_of(node->op) != NULL) {
            wick_control_each_body(node, check_body, (void *)(uintptr_t)all, &status);
            WICK_TRY(status);
        }
        for (uint32_t i = 0; i < node->output_count; i++) {
            node->outputs[i]->seen_by = check.number;
        }
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (!is_seen(&check, graph->outputs[i])) {
            return wick_diag_error(
                all->diag, WICK_INTERNAL, NULL,
                "after pass '%s' graph '%s' returns '%s', which no node computes;"
                " this is a defect of the pass",
                all->pass, graph->name, graph->outputs[i]->name);
        }
    }
    return WICK_OK;
}

wick_status wick_ir_check_order(wick_ir_graph *graph, const char *pass, wick_diag *diag)
{
    return check_graph(&(body_check){&graph->last_check, pass, diag}, graph);
}
