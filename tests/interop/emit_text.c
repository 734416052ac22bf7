// SPDX-License-Identifier: BSD-3-Clause
// wick_emit_text GRAPH.txt OUT.pte [TARGET]: a graph in the text form of src/compiler/ir/text.h,
// planned and emitted as it stands. With a target, its report as JSON instead of the values' count.
#include "compiler/emit/emit.h"
#include "compiler/ir/text.h"
#include "compiler/report.h"
#include "compiler/target.h"

#include <stdio.h>

enum { TEXT_LIMIT = 1 << 22 };

static char *read_text(wick_arena *arena, const char *path)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return NULL;
    }
    char *text = wick_arena_alloc(arena, TEXT_LIMIT + 1, 1); // zero-filled
    size_t length = fread(text, 1, TEXT_LIMIT, file);
    fclose(file);
    return length < TEXT_LIMIT ? text : NULL;
}

static bool write_bytes(const char *path, const wick_emit_result *result)
{
    FILE *file = fopen(path, "wb");
    if (file == NULL) {
        return false;
    }
    bool whole = fwrite(result->bytes, 1, result->size_bytes, file) == result->size_bytes;
    return fclose(file) == 0 && whole;
}

static wick_status emit(wick_arena *arena, const char *text, const char *target_name,
                        wick_diag *diag, wick_emit_result *result, const char **report)
{
    wick_ir_graph *graph;
    wick_memory_plan *plan;
    wick_target target;
    WICK_TRY(wick_ir_parse(arena, text, diag, &graph));
    WICK_TRY(wick_ir_verify(graph, diag));
    WICK_TRY(wick_target_load(arena, target_name, diag, &target));
    WICK_TRY(wick_plan_memory(arena, graph, &target, diag, &plan));
    WICK_TRY(wick_emit_pte(arena, graph, plan, diag, result));
    const wick_report_input input = {.source = "text",
                                     .target = &target,
                                     .graph = graph,
                                     .plan = plan,
                                     .emitted = result,
                                     .remarks = ""};
    *report = wick_report_json(arena, &input);
    return WICK_OK;
}

int main(int argc, char **argv)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_emit_result result = {0};
    const char *report = NULL;
    const char *target = argc == 4 ? argv[3] : "portable";
    const char *text = argc == 3 || argc == 4 ? read_text(arena, argv[1]) : NULL;
    bool done = text != NULL && emit(arena, text, target, &diag, &result, &report) == WICK_OK &&
                write_bytes(argv[2], &result);
    fputs(text == NULL ? "usage: wick_emit_text GRAPH.txt OUT.pte [TARGET]\n"
                       : wick_diag_text(&diag),
          stderr);
    if (done && argc == 4) {
        fputs(report, stdout);
    } else if (done) {
        printf("%u\n", result.value_count);
    }
    wick_arena_destroy(arena);
    return done ? 0 : 1;
}
