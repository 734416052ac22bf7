// SPDX-License-Identifier: BSD-3-Clause
// The operator table of one model as C source, so that the linker drops all other operators.
#ifndef WICK_COMPILER_EMIT_OPERATORS_C_H
#define WICK_COMPILER_EMIT_OPERATORS_C_H

#include "compiler/ir/ir.h"
#include "compiler/plan/plan.h"

// Defines `const wick_operators wick_operators_model` with one row for each operator that the
// planned graph runs.
const char *wick_emit_operators_c(wick_arena *arena, const wick_ir_graph *graph,
                                  const wick_memory_plan *plan);

#endif
