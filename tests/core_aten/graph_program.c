// SPDX-License-Identifier: BSD-3-Clause
// Shared library for the coverage tests: a graph in the text form of src/compiler/ir/text.h goes
// through all passes, the planner and emission.
#include "compiler/emit/emit.h"
#include "compiler/ir/text.h"
#include "compiler/passes/pass.h"
#include "compiler/plan/plan.h"
#include "compiler/target.h"

typedef struct wick_test_program {
    wick_arena *arena;
    const uint8_t *bytes;
    size_t size_bytes;
    const char *messages;
} wick_test_program;

static wick_status compile_text(wick_arena *arena, const char *text, const char *target_name,
                                wick_diag *diag, wick_emit_result *result)
{
    wick_ir_graph *graph;
    wick_memory_plan *plan;
    wick_target target;
    WICK_TRY(wick_ir_parse(arena, text, diag, &graph));
    WICK_TRY(wick_ir_verify(graph, diag));
    WICK_TRY(wick_target_load(arena, target_name, diag, &target));
    const wick_pass_context context = {.target = &target, .diag = diag};
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        WICK_TRY(wick_passes[i].run(&context, graph));
    }
    WICK_TRY(wick_plan_memory(arena, graph, &target, diag, &plan));
    return wick_emit_pte(arena, graph, plan, diag, result);
}

int wick_test_compile(const char *text, const char *target, wick_test_program *program);
void wick_test_release(wick_test_program *program);

// A status of wick/status.h; messages and bytes live until the release, which is always due.
int wick_test_compile(const char *text, const char *target, wick_test_program *program)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_emit_result result = {0};
    const wick_status status = compile_text(arena, text, target, &diag, &result);
    *program = (wick_test_program){arena, result.bytes, result.size_bytes, wick_diag_text(&diag)};
    return (int)status;
}

void wick_test_release(wick_test_program *program)
{
    wick_arena_destroy(program->arena);
}
