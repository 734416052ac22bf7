// SPDX-License-Identifier: BSD-3-Clause
// What a node's target means to the importer.
#ifndef WICK_COMPILER_IMPORT_TARGET_H
#define WICK_COMPILER_IMPORT_TARGET_H

#include "compiler/import/context.h"

typedef enum wick_node_action {
    WICK_NODE_OPERATOR,    // a row of ops.def or composite.def
    WICK_NODE_DROPPED,     // an assertion of what the types say already
    WICK_NODE_INLINED,     // runs its sub-graph as it is
    WICK_NODE_ITEM,        // takes one item of a list (older files)
    WICK_NODE_CHECKED,     // lets the factorization that it checks fail by itself
    WICK_NODE_NUMBER,      // computes a number that its expression says as well
    WICK_NODE_UNSUPPORTED, // anything else
} wick_node_action;

// "torch.ops.aten.conv2d.default" -> "aten::conv2d", "_operator.mul" ->
// "executorch_prim::mul.Scalar".
const char *wick_import_operator_name(wick_arena *arena, const char *target);
// Of a node of the archive, whose operator has this name.
wick_node_action wick_import_node_action(const char *name, const wick_json *node);

// A node that stands for `json` in messages; its op has only a name.
wick_ir_node wick_import_node_message(const wick_import *import, const wick_json *json,
                                      wick_ir_op *op);

// Reports every unsupported operator of the graph and its sub-graphs, once each.
// Errors  NOT_SUPPORTED if there is one; INVALID_PROGRAM.
wick_status wick_import_check_operators(const wick_import *import, const wick_json *graph);

#endif
