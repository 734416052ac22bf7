// SPDX-License-Identifier: BSD-3-Clause
// Runs a node's row of ops.def on the host, as the runtime would: the same checks, the same kernel,
// the same bits.
#ifndef WICK_COMPILER_PASSES_EVALUATE_H
#define WICK_COMPILER_PASSES_EVALUATE_H

#include "compiler/ir/ir.h"
#include "wick/operator.h"

// Whether no size or number of the node is symbolic, and its results are tensors.
bool wick_evaluate_is_static(const wick_ir_node *node);

// Whether the runtime's `prepare` accepts the node, where symbols are largest, as in the export,
// and smallest: argument kinds, types and shapes. The node has a row. On failure *reason (in the
// arena) says which argument is wrong and why.
wick_status wick_evaluate_check(wick_arena *arena, const wick_ir_node *node, const char **reason);

// A node prepared once, to run many times; symbolic sizes at their largest.
typedef struct wick_evaluation wick_evaluation;
// Memory of a tensor that the node reads or writes.
typedef void *wick_evaluate_data(void *context, const wick_ir_value *value);

// *reason as above.
wick_status wick_evaluate_prepare(wick_arena *arena, const wick_ir_node *node,
                                  wick_evaluation **out, const char **reason);
// The prepared call, with the data of constants, and its block.
const wick_call *wick_evaluation_call(const wick_evaluation *evaluation);
const void *wick_evaluation_block(const wick_evaluation *evaluation);
// Runs with the memory that `data` gives for each tensor. Errors  those of the operator's run.
wick_status wick_evaluate_run(wick_evaluation *evaluation, wick_evaluate_data *data, void *context);

// Computes all outputs of a node whose tensor arguments are constants. outputs[i]
// (node->output_count entries) gets the bytes of output i, dense and in the arena. Errors  those of
// the operator's prepare and run.
wick_status wick_evaluate_node(wick_arena *arena, const wick_ir_node *node,
                               const uint8_t **outputs);

// Whether a node with a row takes the wide form of it (ops/wide.def), which the official runtime
// lacks.
bool wick_evaluate_needs_wide_row(const wick_ir_node *node);

#endif
