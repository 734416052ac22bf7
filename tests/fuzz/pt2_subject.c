// SPDX-License-Identifier: BSD-3-Clause
// A .pt2: importing any bytes ends with a status and a message; what was imported prints and parses
// back.
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "fuzz/subject.h"
#include "fuzz/zip_mutate.h"

#include <stdlib.h>

enum { PRINTED_ELEMENTS = 4 };

static void expect_message(wick_status status, const wick_diag *diag)
{
    if (status != WICK_OK && !diag->first) {
        abort(); // every refusal says why
    }
}

static void print_and_parse(wick_arena *arena, const wick_ir_graph *graph)
{
    wick_diag diag = {.arena = arena};
    wick_ir_graph *parsed = NULL;
    wick_ir_parse(arena, wick_ir_print(arena, graph, PRINTED_ELEMENTS), &diag, &parsed);
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_ir_graph *graph = NULL;
    wick_ir_value **samples = NULL;
    uint32_t count = 0;
    if (!arena) {
        return;
    }
    wick_status status = wick_import_pt2(arena, bytes, size_bytes, "x.pt2", NULL, &diag, &graph);
    expect_message(status, &diag);
    if (status == WICK_OK) {
        print_and_parse(arena, graph);
    }
    diag = (wick_diag){.arena = arena};
    status =
        wick_import_sample_inputs(arena, bytes, size_bytes, "x.pt2", NULL, &diag, &samples, &count);
    expect_message(status, &diag);
    wick_diag_text(&diag);
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, wick_zip_mutate};
