// SPDX-License-Identifier: BSD-3-Clause
// Any bytes as an archive: importing them ends with a status, and what was imported prints and
// parses.
#include "zip_mutate.h"

#include "compiler/import/import.h"
#include "compiler/ir/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed);

static void fail_without_message(wick_status status, const wick_diag *diag)
{
    if (status != WICK_OK && !diag->first) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    wick_ir_graph *graph = NULL;
    wick_ir_value **samples = NULL;
    uint32_t count = 0;
    if (!arena) {
        return 0;
    }
    wick_status status = wick_import_pt2(arena, data, size, "fuzz.pt2", NULL, &diag, &graph);
    fail_without_message(status, &diag);
    if (status == WICK_OK) {
        wick_ir_graph *parsed = NULL;
        const char *text = wick_ir_print(arena, graph, 4);
        wick_ir_parse(arena, text, &diag, &parsed);
    }
    diag = (wick_diag){.arena = arena};
    status =
        wick_import_sample_inputs(arena, data, size, "fuzz.pt2", NULL, &diag, &samples, &count);
    fail_without_message(status, &diag);
    wick_diag_text(&diag);
    wick_arena_destroy(arena);
    return 0;
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
    return wick_zip_mutate(data, size, max_size, seed);
}
