// SPDX-License-Identifier: BSD-3-Clause
// Pass eliminate_dead: nodes none of whose results is used go, last first; then the values that
// nothing mentions. Keeps   inputs, and all results of a node that stays.
#include "compiler/passes/pass.h"

static bool is_used(const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->output_count; i++) {
        if (node->outputs[i]->use_count > 0) {
            return true;
        }
    }
    return false;
}

static void release_slot(void *context, wick_ir_value **slot)
{
    (void)context;
    (*slot)->use_count--;
}

static void mark_outputs(const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->output_count; i++) {
        node->outputs[i]->index = 1;
    }
}

// Takes unmentioned values off the graph's list.
static void sweep_values(wick_ir_graph *graph)
{
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        value->index = value->use_count > 0 || value->kind == WICK_IR_INPUT;
    }
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        mark_outputs(node);
    }
    for (wick_ir_value **link = &graph->values; *link != NULL;) {
        if ((*link)->index == 0) {
            *link = (*link)->next;
        } else {
            link = &(*link)->next;
        }
    }
}

wick_status wick_pass_eliminate_dead(const wick_pass_context *context, wick_ir_graph *graph)
{
    (void)context;
    wick_ir_node *previous = NULL;
    wick_ir_count_uses(graph);
    for (wick_ir_node *node = graph->last; node != NULL; node = previous) {
        previous = node->previous;
        if (!is_used(node)) {
            wick_ir_node_each_value(node, release_slot, NULL);
            wick_ir_node_remove(graph, node);
        }
    }
    sweep_values(graph);
    return WICK_OK;
}
