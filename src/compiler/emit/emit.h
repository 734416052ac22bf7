// SPDX-License-Identifier: BSD-3-Clause
// Planned graph to .pte bytes: operators in their out variants, with the call convention of the
// official emitter.
#ifndef WICK_COMPILER_EMIT_EMIT_H
#define WICK_COMPILER_EMIT_EMIT_H

#include "compiler/emit/pte_write.h"
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

// A method without inputs and instructions that returns a value, as the official exporter's
// constant_methods.
typedef struct wick_emit_constant_method {
    const char *name;
    wick_pte_value value;
    const uint8_t *data; // of a tensor, 16-aligned
    size_t size_bytes;
} wick_emit_constant_method;

// Deterministic: the same graph and plan give the same bytes.
wick_status wick_emit_pte(wick_arena *arena, const wick_ir_graph *graph,
                          const wick_memory_plan *plan, wick_diag *diag, wick_emit_result *out);
// The same with `count` constant methods behind that of the graph.
wick_status wick_emit_program(wick_arena *arena, const wick_ir_graph *graph,
                              const wick_memory_plan *plan,
                              const wick_emit_constant_method *constant_methods, uint32_t count,
                              wick_diag *diag, wick_emit_result *out);

#endif
