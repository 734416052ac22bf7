// SPDX-License-Identifier: BSD-3-Clause
// The question of bound_sizes, for passes that make values.
#ifndef WICK_COMPILER_PASSES_BOUNDS_H
#define WICK_COMPILER_PASSES_BOUNDS_H

#include "compiler/passes/pass.h"

// NOT_SUPPORTED, with a way out, if nothing bounds a size of the tensor.
wick_status wick_check_bounded(const wick_pass_context *context, const wick_ir_graph *graph,
                               const wick_ir_value *value);

#endif
