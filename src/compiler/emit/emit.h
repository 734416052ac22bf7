// SPDX-License-Identifier: BSD-3-Clause
// Planned graph to .pte bytes: operators in their out variants, with the call convention of the official emitter.
#ifndef WICK_COMPILER_EMIT_EMIT_H
#define WICK_COMPILER_EMIT_EMIT_H

#include "compiler/ir/ir.h"
#include "compiler/plan/plan.h"

// Deterministic: the same graph and plan give the same bytes. *out lies in the arena.
wick_status wick_emit_pte(wick_arena *arena, const wick_ir_graph *graph, const wick_memory_plan *plan, wick_diag *diag,
                          uint8_t **out, size_t *size_bytes);

#endif
