// SPDX-License-Identifier: BSD-3-Clause
// A graph as text: every pass, in order, ends with a well-formed graph or with a status and a
// message. The corpus are the cases of tests/passes.
#include "compiler/ir/text.h"
#include "compiler/passes/pass.h"
#include "fuzz/subject.h"

#include <stdlib.h>
#include <string.h>

static void expect(bool holds)
{
    if (!holds) {
        abort();
    }
}

static void run_passes(wick_arena *arena, const char *text, bool portable)
{
    wick_diag diag = {.arena = arena};
    wick_ir_graph *graph = NULL;
    if (wick_ir_parse(arena, text, &diag, &graph) != WICK_OK ||
        wick_ir_verify(graph, &diag) != WICK_OK) {
        return;
    }
    const wick_target target = {.name = "test", .portable_operators = portable};
    const wick_pass_context context = {.target = &target, .diag = &diag};
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        if (wick_passes[i].run(&context, graph) != WICK_OK) {
            expect(diag.first != NULL);
            return;
        }
        expect(wick_ir_verify(graph, &diag) == WICK_OK);
    }
}

static void run(const uint8_t *bytes, size_t size_bytes)
{
    wick_arena *arena = wick_arena_create();
    if (arena == NULL) {
        return;
    }
    const char *text = wick_arena_copy_string(arena, (const char *)bytes, size_bytes);
    const char *in = strstr(text, "--- in\n");
    in = in != NULL ? in + strlen("--- in\n") : text;
    const char *end = strstr(in, "\n--- ");
    in = wick_arena_copy_string(arena, in, end != NULL ? (size_t)(end - in) : strlen(in));
    run_passes(arena, in, false);
    run_passes(arena, in, true);
    wick_arena_destroy(arena);
}

static bool is_digit(uint8_t byte)
{
    return byte >= '0' && byte <= '9';
}

// Writes another number in place of one, as wide as it is: dimensions, sizes, paddings, counts.
static size_t mutate(uint8_t *bytes, size_t size_bytes, size_t max_size, uint32_t seed)
{
    static const char *const numbers[] = {"0",
                                          "1",
                                          "-1",
                                          "2",
                                          "3",
                                          "7",
                                          "16",
                                          "255",
                                          "65536",
                                          "2147483647",
                                          "4294967296",
                                          "9223372036854775807",
                                          "-9223372036854775808"};
    wick_fuzz_random random = {seed};
    const char *number = numbers[wick_fuzz_below(&random, sizeof numbers / sizeof numbers[0])];
    const size_t length = strlen(number);
    const size_t from = wick_fuzz_below(&random, (uint32_t)size_bytes);
    for (size_t at = from; at < size_bytes; at++) {
        if (!is_digit(bytes[at]) || (at > 0 && (is_digit(bytes[at - 1]) || bytes[at - 1] == '_'))) {
            continue;
        }
        size_t end = at;
        while (end < size_bytes && is_digit(bytes[end])) {
            end++;
        }
        if (size_bytes - (end - at) + length > max_size) {
            return size_bytes;
        }
        memmove(bytes + at + length, bytes + end, size_bytes - end);
        memcpy(bytes + at, number, length);
        return size_bytes - (end - at) + length;
    }
    return size_bytes;
}

const wick_fuzz_subject wick_fuzz_the_subject = {run, mutate};
