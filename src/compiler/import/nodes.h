// SPDX-License-Identifier: BSD-3-Clause
// Nodes of the archive to nodes of the graph.
#ifndef WICK_COMPILER_IMPORT_NODES_H
#define WICK_COMPILER_IMPORT_NODES_H

#include "compiler/import/scope.h"

// Appends the nodes of the scope's graph, sub-graphs inlined, and binds their results.
wick_status wick_import_nodes(const wick_import *import, const wick_scope *scope);

// as_graph{name, graph}: a graph of its own.
// Errors  NOT_SUPPORTED if it takes or gives anything but tensors and symbolic numbers.
wick_status wick_import_body(const wick_import *import, const wick_json *json, wick_ir_graph **out);

#endif
