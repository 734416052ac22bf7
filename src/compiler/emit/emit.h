// SPDX-License-Identifier: BSD-3-Clause
// Planned graph to .pte bytes: operators in their out variants, with the call convention of the
// official emitter.
#ifndef WICK_COMPILER_EMIT_EMIT_H
#define WICK_COMPILER_EMIT_EMIT_H

#include "compiler/ir/ir.h"
#include "compiler/plan/plan.h"

typedef struct wick_emit_result {
    uint8_t *bytes; // in the arena
    size_t size_bytes;
    size_t flatbuffer_bytes; // headers and padding to the first segment included
    size_t constant_bytes;   // of the constant segment
    uint32_t value_count;
    uint32_t instruction_count;
    uint32_t operator_count; // distinct
} wick_emit_result;

// Deterministic: the same graph and plan give the same bytes.
wick_status wick_emit_pte(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_memory_plan *plan, wick_diag *diag, wick_emit_result *out);

#endif
