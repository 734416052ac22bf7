// SPDX-License-Identifier: BSD-3-Clause
// What the passes recorded (passes/explain.h) as text and as JSON, and on which operator each node
// runs in the end.
#ifndef WICK_COMPILER_EXPLANATION_H
#define WICK_COMPILER_EXPLANATION_H

#include "compiler/passes/explain.h"
#include "compiler/plan/plan.h"

struct json_t;

// "" if `explain` is NULL. `graph` and `plan` are NULL where compilation ended before.
const char *wick_explanation_text(wick_arena *arena, const wick_explain *explain,
                                  const wick_ir_graph *graph, const wick_memory_plan *plan);
struct json_t *wick_explanation_json(const wick_explain *explain, const wick_ir_graph *graph,
                                     const wick_memory_plan *plan);

#endif
