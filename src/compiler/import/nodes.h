// SPDX-License-Identifier: BSD-3-Clause
// Nodes of the archive to nodes of the graph.
#ifndef WICK_COMPILER_IMPORT_NODES_H
#define WICK_COMPILER_IMPORT_NODES_H

#include "compiler/import/scope.h"

// Appends the nodes of the scope's graph, sub-graphs inlined, and binds their results.
wick_status wick_import_nodes(const wick_import *import, const wick_scope *scope);

#endif
