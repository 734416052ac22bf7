// SPDX-License-Identifier: BSD-3-Clause
// One method of a program as a C file and its header, which need nothing of Wick.
#ifndef WICK_COMPILER_EMIT_C_EMIT_C_H
#define WICK_COMPILER_EMIT_C_EMIT_C_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "wick/program.h"

typedef struct wick_emit_c_request {
    const wick_program *program;
    const char *path;   // of the program, for messages
    const char *method; // "forward"
    const char *name;   // C identifier: prefix of functions and, in capitals, of macros
    const char *header; // name by which the C file includes its header
} wick_emit_c_request;

typedef struct wick_emit_c_result {
    const char *source;
    const char *header;
    size_t arena_bytes;
    size_t constant_bytes; // weights
    size_t table_bytes;    // blocks and values on a 32-bit core
} wick_emit_c_result;

// Errors  NOT_SUPPORTED for delegates, dynamic shapes, control flow, mutable state and scalars as
//         input or output; else those of wick_method_init.
wick_status wick_emit_c(wick_arena *arena, const wick_emit_c_request *request, wick_diag *diag,
                        wick_emit_c_result *result);

#endif
