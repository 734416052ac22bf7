// SPDX-License-Identifier: BSD-3-Clause
// What a compiled model needs: file, constants, arenas with bound and gap, metadata, operators,
// multiply-accumulates.
#ifndef WICK_COMPILER_REPORT_H
#define WICK_COMPILER_REPORT_H

#include "compiler/emit/emit.h"
#include "compiler/ir/ir.h"
#include "compiler/plan/plan.h"
#include "compiler/target.h"

typedef struct wick_report_input {
    const char *source;
    const wick_target *target;
    const wick_ir_graph *graph;
    const wick_memory_plan *plan;
    const wick_emit_result *emitted;
    const char *remarks;                          // of the passes, a line each
    size_t metadata_bytes;                        // in RAM on a 32-bit core
    const struct wick_quant_report *quantization; // NULL: none
    const struct wick_explain *explain;           // NULL: none
} wick_report_input;

const char *wick_report_text(wick_arena *arena, const wick_report_input *input);
const char *wick_report_json(wick_arena *arena, const wick_report_input *input);

#endif
