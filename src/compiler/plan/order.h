// SPDX-License-Identifier: BSD-3-Clause
// In which order the nodes of a graph run, where several are possible.
#ifndef WICK_COMPILER_PLAN_ORDER_H
#define WICK_COMPILER_PLAN_ORDER_H

#include "compiler/contract/contract.h"

typedef struct wick_plan_order {
    wick_ir_node **nodes; // all nodes of the graph
    uint32_t count;
} wick_plan_order;

// The order that the graph has.
wick_plan_order wick_plan_order_of(wick_arena *arena, const wick_ir_graph *graph);
// Gives the graph that order.
void wick_plan_order_apply(wick_ir_graph *graph, const wick_plan_order *order);
// An order in which the largest sum of bytes alive at one node is lower than in that of the graph:
// the lowest of all where the search ends within its budget of work, else what a greedy choice
// gives. Returns false if there is none. `contracts` has one entry for each node in the order of
// the graph; values are numbered (value->index) and their uses counted.
bool wick_plan_order_find(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_contract *contracts, wick_plan_order *out);

#endif
