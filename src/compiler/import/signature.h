// SPDX-License-Identifier: BSD-3-Clause
// The graph's signature: which of its inputs are parameters, buffers, constants or the user's, and
// which outputs are results or mutations.
#ifndef WICK_COMPILER_IMPORT_SIGNATURE_H
#define WICK_COMPILER_IMPORT_SIGNATURE_H

#include "compiler/import/scope.h"

// Creates the graph's constants and inputs and binds their names.
wick_status wick_import_inputs(const wick_import *import, const wick_scope *scope);
// Sets the graph's outputs.
// Errors  NOT_SUPPORTED for mutations, losses and gradients, by name.
wick_status wick_import_outputs(const wick_import *import, const wick_scope *scope);

#endif
