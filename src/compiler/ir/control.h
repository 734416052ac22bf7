// SPDX-License-Identifier: BSD-3-Clause
// Operators with graphs among their arguments: bodies that run once, never or often.
//
// A body takes the node's operands, list after list, and nothing else: it names no value of the
// graph around it. `cond` and `while_loop` hand operands on as they are, `map` and `scan` one step
// of `xs`.
#ifndef WICK_COMPILER_IR_CONTROL_H
#define WICK_COMPILER_IR_CONTROL_H

#include "compiler/ir/ir.h"

typedef struct wick_control {
    const char *name;
    uint32_t first_body; // argument
    uint32_t body_count;
    uint32_t first_list; // argument
    uint32_t list_count;
    int32_t carried_list; // argument: what a step leaves to the next; -1: none
    int32_t steps_list;   // argument: tensors of which each step gets one part; -1: none
    int32_t stacks; // argument: of each result the memory it is stacked in, where its shape is
                    // dynamic (pass compute_sizes), else NULL; -1: no result is stacked
    bool has_condition;   // the first body says whether the second one runs
} wick_control;

// NULL if the operator takes no graph.
const wick_control *wick_control_of(const wick_ir_op *op);

// Operands of all lists, in the order in which the bodies take them.
uint32_t wick_control_operand_count(const wick_ir_node *node);
wick_ir_value *wick_control_operand(const wick_ir_node *node, uint32_t index);
// Whether the bodies get the operand as it is, whenever they run.
bool wick_control_is_fixed(const wick_ir_node *node, uint32_t index);

// Calls visit(context, body) for the graphs among the arguments.
void wick_control_each_body(const wick_ir_node *node,
                            wick_status (*visit)(void *context, wick_ir_graph *body), void *context,
                            wick_status *status);

// Whether the bodies take and give what the node hands to them and results in.
wick_status wick_control_verify(const wick_ir_node *node, wick_diag *diag);

#endif
