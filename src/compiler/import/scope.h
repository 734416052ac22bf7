// SPDX-License-Identifier: BSD-3-Clause
// Names of one graph or sub-graph of the archive, and the arguments that refer to them.
#ifndef WICK_COMPILER_IMPORT_SCOPE_H
#define WICK_COMPILER_IMPORT_SCOPE_H

#include "compiler/import/context.h"

typedef struct wick_scope {
    const wick_json *graph; // its tensor_values, sym_int_values, .. describe the names
    wick_map *names;        // to wick_ir_value
} wick_scope;

wick_scope wick_scope_create(const wick_import *import, const wick_json *graph);
// Binds a name; INVALID_PROGRAM if it is bound already. `json` is where the name stands.
wick_status wick_scope_bind(const wick_import *import, const wick_scope *scope,
                            const wick_json *json, const char *name, wick_ir_value *value);
// INVALID_PROGRAM if the name is not bound.
wick_status wick_scope_find(const wick_import *import, const wick_scope *scope,
                            const wick_json *json, const char *name, wick_ir_value **out);

// Type of a name that is an argument of this tag: as_tensor, as_sym_int, as_sym_float, as_sym_bool.
// A tensor has the dim order that its strides tell.
wick_status wick_scope_type(const wick_import *import, const wick_scope *scope,
                            const wick_json *payload, wick_ir_type *out);
// The name that an argument of such a tag holds; NULL if it holds none (another tag, or a number).
const char *wick_scope_name(const wick_json *payload);

// An argument of `node` (for messages) as its parameter's schema wants it.
wick_status wick_import_argument(const wick_import *import, const wick_scope *scope,
                                 const wick_ir_node *node, const wick_ir_parameter *parameter,
                                 const wick_json *json, wick_ir_arg *out);

#endif
