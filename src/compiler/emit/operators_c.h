// SPDX-License-Identifier: BSD-3-Clause
// The operator table of one program as C source, so that the linker drops all other operators.
#ifndef WICK_COMPILER_EMIT_OPERATORS_C_H
#define WICK_COMPILER_EMIT_OPERATORS_C_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "wick/program.h"

// Defines `const wick_operators wick_operators_model` with one row for each operator that the
// methods of the program call, ours or the official exporter's. `path` is for messages. Errors
// OPERATOR_MISSING naming the operator.
wick_status wick_emit_operators_c(wick_arena *arena, const char *path, const wick_program *program,
                                  wick_diag *diag, const char **out);

#endif
