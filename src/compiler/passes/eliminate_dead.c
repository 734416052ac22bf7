// SPDX-License-Identifier: BSD-3-Clause
// Pass eliminate_dead: nodes none of whose results is used go, last first; then the values that
// nothing mentions. Keeps   inputs, all results of a node that stays, nodes without results, and
// nodes that give a size its number, which types and arguments name by its expression alone.
#include "compiler/passes/dead.h"
#include "compiler/passes/pass.h"

// Whether a result is the number of a symbol, or of what only the node itself knows.
static bool gives_size(const wick_ir_value *result)
{
    const wick_size_sum *sum = result->type.kind == WICK_VALUE_INT
                                   ? wick_size_sum_of(result->type.symbols, result->type.sizes[0])
                                   : NULL;
    if (sum == NULL || sum->term_count != 1 || sum->terms->atom_count != 1) {
        return false;
    }
    const wick_size_atom_kind kind =
        wick_size_atom_at(result->type.symbols, sum->terms->atoms[0])->kind;
    return kind == WICK_SIZE_SYMBOL || kind == WICK_SIZE_OPAQUE;
}

static bool is_used(const wick_ir_node *node, bool keeps_sizes)
{
    if (node->output_count == 0) {
        return true;
    }
    for (uint32_t i = 0; i < node->output_count; i++) {
        if (keeps_sizes && gives_size(node->outputs[i])) {
            return true;
        }
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

static void remove_dead(wick_ir_graph *graph, bool keeps_sizes)
{
    wick_ir_node *previous = NULL;
    wick_ir_count_uses(graph);
    for (wick_ir_node *node = graph->last; node != NULL; node = previous) {
        previous = node->previous;
        if (!is_used(node, keeps_sizes)) {
            wick_ir_node_each_value(node, release_slot, NULL);
            wick_ir_node_remove(graph, node);
        }
    }
    sweep_values(graph);
}

void wick_remove_dead(wick_ir_graph *graph)
{
    remove_dead(graph, false);
}

wick_status wick_pass_eliminate_dead(const wick_pass_context *context, wick_ir_graph *graph)
{
    (void)context;
    remove_dead(graph, true);
    return WICK_OK;
}
