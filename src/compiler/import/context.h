// SPDX-License-Identifier: BSD-3-Clause
// What the parts of the importer share. JSON members that a newer torch adds are skipped.
#ifndef WICK_COMPILER_IMPORT_CONTEXT_H
#define WICK_COMPILER_IMPORT_CONTEXT_H

#include "compiler/import/archive.h"
#include "compiler/ir/ir.h"

typedef struct wick_import {
    wick_arena *arena;
    wick_diag *diag;
    const wick_archive *archive;
    wick_ir_graph *graph;
    const wick_json *graph_json; // graph_module.graph
    const wick_json *signature;  // graph_module.signature
    bool is_training;            // training IR: run_decompositions() was not called
} wick_import;

// A tagged union is an object of one member: gives the member, whose key is the tag.
wick_status wick_import_union(const wick_import *import, const wick_json *json,
                              const wick_json **payload);

#endif
