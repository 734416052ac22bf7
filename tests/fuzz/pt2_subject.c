// SPDX-License-Identifier: BSD-3-Clause
// A .pt2: importing any bytes ends with a status and a message; what was imported prints and parses
// back. Small archives are compiled as well.
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "fuzz/subject.h"
#include "fuzz/zip_mutate.h"
#include "wick/compiler.h"

#include <stdlib.h>

enum { PRINTED_ELEMENTS = 4, COMPILED_BYTES = 32768 };

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

// A program, or a message: the emitted bytes are opened by the compiler itself.
static void compile(const uint8_t *bytes, size_t size_bytes)
{
    wick_compilation *compilation = NULL;
    const wick_compile_options options = {.explain = true};
    const wick_status status = wick_compile(bytes, size_bytes, &options, &compilation);
    size_t program_bytes = 0;
    if (status != WICK_OK && wick_compilation_messages(compilation)[0] == 0) {
        abort();
    }
    if (status == WICK_OK && wick_compilation_program(compilation, &program_bytes) == NULL) {
        abort();
    }
    wick_compilation_destroy(compilation);
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
        if (size_bytes <= COMPILED_BYTES) {
            compile(bytes, size_bytes);
        }
    }
    diag = (wick_diag){.arena = arena};
    status =
        wick_import_sample_inputs(arena, bytes, size_bytes, "x.pt2", NULL, &diag, &samples, &count);
    expect_message(status, &diag);
    wick_diag_text(&diag);
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, wick_zip_mutate};
