// SPDX-License-Identifier: BSD-3-Clause
// The memory plan that a .pte carries, recovered from its tensors and instructions, and drawn.
#ifndef WICK_TOOLS_PROGRAM_PLAN_H
#define WICK_TOOLS_PROGRAM_PLAN_H

#include "compiler/support/arena.h"

#include <stdint.h>

// `plan` is a verified ExecutionPlan table.
const char *wick_program_plan_text(wick_arena *arena, const uint8_t *plan);

#endif
