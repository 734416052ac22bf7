// SPDX-License-Identifier: BSD-3-Clause
// A flatbuffer file as JSON and back: a text that makes a file that reads as the same text, or a
// message. A bundled program is opened too, and run if its program is sound.
#include "compiler/fbs/fbs.h"
#include "fuzz/subject.h"
#include "wick/bundle.h"

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void round_trip(wick_arena *arena, const json_t *root)
{
    wick_diag diag = {.arena = arena};
    uint8_t *bytes;
    size_t size_bytes;
    json_t *again;
    if (wick_fbs_write(arena, root, "text", &diag, &bytes, &size_bytes) != WICK_OK) {
        expect(diag.first != NULL);
        return;
    }
    expect(wick_fbs_read(arena, bytes, size_bytes, "file", &diag, &again) == WICK_OK);
    expect(json_equal(root, again));
    json_decref(again);
}

static void run_method(wick_arena *arena, const wick_bundle *bundle, const wick_program *program,
                       const char *name)
{
    enum { MOST_BYTES = 1 << 24, MOST_CASES = 4 };
    wick_requirements need;
    wick_method method;
    wick_bundle_result result;
    if (wick_method_requirements(program, name, &wick_operators_all, &need, NULL) != WICK_OK ||
        need.metadata_bytes > MOST_BYTES) {
        return;
    }
    wick_memory memory = {
        wick_arena_alloc(arena, need.metadata_bytes, 1), need.metadata_bytes, {0}, {0}};
    for (uint32_t i = 0; i < need.arena_count; i++) {
        if (need.arena_bytes[i] > MOST_BYTES) {
            return;
        }
        memory.arenas[i] = wick_arena_alloc(arena, need.arena_bytes[i] + 1, 1);
        memory.arena_bytes[i] = need.arena_bytes[i];
    }
    if (wick_method_init(&method, program, name, &wick_operators_all, &memory, NULL) != WICK_OK ||
        method.instruction_count > 1) { // longer ones might jump for ever
        return;
    }
    for (uint32_t i = 0; i < MOST_CASES; i++) {
        (void)wick_bundle_check(bundle, name, i, &method, 1e-4, 1e-5, &result, NULL);
    }
}

static void open_bundle(wick_arena *arena, const uint8_t *bytes, size_t size_bytes)
{
    wick_bundle bundle;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    uint8_t *room = malloc(size_bytes + 2 * WICK_BUNDLE_ALIGNMENT);
    uint8_t *aligned = room + WICK_BUNDLE_ALIGNMENT - (uintptr_t)room % WICK_BUNDLE_ALIGNMENT;
    memcpy(aligned, bytes, size_bytes);
    if (wick_bundle_open(&bundle, aligned, size_bytes, &failure) != WICK_OK) {
        expect(failure.status != WICK_OK);
    } else if (wick_program_open(&program, bundle.program, bundle.program_bytes, NULL) == WICK_OK) {
        for (uint32_t i = 0; i < wick_program_method_count(&program); i++) {
            run_method(arena, &bundle, &program, wick_program_method_name(&program, i));
        }
    }
    free(room);
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    json_t *root;
    if (wick_fbs_read(arena, bytes, size_bytes, "file", &diag, &root) == WICK_OK) {
        round_trip(arena, root);
        json_decref(root);
    } else {
        expect(diag.first != NULL);
    }
    if (size_bytes >= 8 && memcmp(bytes + 4, "BP08", 4) == 0) {
        open_bundle(arena, bytes, size_bytes);
    }
    wick_arena_destroy(arena);
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, 0};
