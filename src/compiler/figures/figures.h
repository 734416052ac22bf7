// SPDX-License-Identifier: BSD-3-Clause
// Figures of a program on a Cortex-M core before it is flashed, from tables that were measured.
#ifndef WICK_COMPILER_FIGURES_FIGURES_H
#define WICK_COMPILER_FIGURES_FIGURES_H

#include "compiler/ir/ir.h"

#include <stdbool.h>

// Units of work of one call.
typedef enum wick_work_unit {
    WICK_WORK_CALLS,   // 1
    WICK_WORK_MACS,    // products; integer layers: those that padding does not take away
    WICK_WORK_SINGLES, // of them, not in WICK_WORK_MACS, those of filters that a kernel takes alone
    WICK_WORK_RUNS,    // starts of the innermost loop; where unknown: elements read
    WICK_WORK_OUTPUTS, // elements written
    WICK_WORK_POSITIONS, // pixels or rows
    WICK_WORK_SUMS,      // outputs that a residual is added to
    WICK_WORK_UNIT_COUNT,
} wick_work_unit;

typedef struct wick_work {
    uint64_t units[WICK_WORK_UNIT_COUNT];
} wick_work;

// Errors  those of the operator's prepare.
wick_status wick_work_of(wick_arena *arena, const wick_ir_node *node, wick_work *out);

// Column of the tables for a target's core ("cortex-m4f"); -1 if it has none.
int32_t wick_figures_core(const char *core);

// Instructions that a call takes; false if its operator was not measured.
bool wick_figures_instructions(int32_t core, const wick_ir_node *node, const wick_work *work,
                               uint64_t *out);

// The deepest stack of a program that runs these operators (rows of ops.def): to open and init it,
// and to execute.
typedef struct wick_figures_stack {
    uint32_t init_bytes;
    uint32_t execute_bytes; // UINT32_MAX: some operator was not measured
} wick_figures_stack;
wick_figures_stack wick_figures_stack_of(int32_t core, const bool *rows);

// Bytes of code and constants that a firmware with these operators takes from Wick and from the
// compiler's libraries; what operators share counts once.
typedef struct wick_figures_code {
    uint32_t runtime_bytes;   // without operators, libraries included
    uint32_t operators_bytes; // beyond the runtime
    bool is_complete;         // false: some operator was not measured
} wick_figures_code;
wick_figures_code wick_figures_code_of(wick_arena *arena, int32_t core, const bool *rows);

#endif
