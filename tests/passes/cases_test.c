// SPDX-License-Identifier: BSD-3-Clause
// Runs every file of cases/: "<pass>_<what>.txt" holds a graph in ("--- in") and the graph that the
// pass makes of it
// ("--- out"), or a part of the message that it refuses it with ("--- error"). A line "target:
// portable" before them asks for official operators only, "ops: official cortex-m55" for those of
// Cortex-M.
#define _POSIX_C_SOURCE 200809L

#include "compiler/ir/text.h"
#include "compiler/passes/pass.h"

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CASES WICK_SOURCE_DIR "/tests/passes/cases"

enum { MAX_CASES = 1000 };

static char *read_file(wick_arena *arena, const char *name)
{
    const char *path = wick_arena_format(arena, CASES "/%s", name);
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long size = ftell(file);
    assert_true(size > 0);
    char *text = wick_arena_alloc(arena, 1, (size_t)size + 1);
    rewind(file);
    assert_int_equal(fread(text, 1, (size_t)size, file), (size_t)size);
    fclose(file);
    return text;
}

// What follows the line "--- <name>", up to the next such line; NULL if there is none.
static const char *section(wick_arena *arena, const char *text, const char *name)
{
    const char *mark = wick_arena_format(arena, "--- %s\n", name);
    const char *start = strstr(text, mark);
    if (start == NULL) {
        return NULL;
    }
    start += strlen(mark);
    const char *end = strstr(start, "\n--- ");
    return wick_arena_copy_string(arena, start,
                                  end != NULL ? (size_t)(end + 1 - start) : strlen(start));
}

// The word behind `mark`, NULL if the text has no such mark.
static const char *section_word(wick_arena *arena, const char *text, const char *mark)
{
    const char *start = strstr(text, mark);
    if (start == NULL) {
        return NULL;
    }
    start += strlen(mark);
    return wick_arena_copy_string(arena, start, strcspn(start, "\n"));
}

// The pass whose name starts the file's name; the longest, where one name starts another.
static const wick_pass *pass_of(const char *file)
{
    const wick_pass *found = NULL;
    for (uint32_t i = 0; i < wick_pass_count; i++) {
        const size_t length = strlen(wick_passes[i].name);
        if (strncmp(file, wick_passes[i].name, length) == 0 && file[length] == '_' &&
            (found == NULL || length > strlen(found->name))) {
            found = &wick_passes[i];
        }
    }
    return found;
}

static void check_refusal(const wick_diag *diag, wick_status status, const char *wanted)
{
    const size_t length = strcspn(wanted, "\n");
    const char *messages = wick_diag_text(diag);
    assert_int_not_equal(status, WICK_OK);
    for (const char *at = messages; *at != 0; at++) {
        if (strncmp(at, wanted, length) == 0) {
            return;
        }
    }
    fail_msg("wanted the message: %.*s\ngot: %s", (int)length, wanted, messages);
}

static void run_case(void **state)
{
    const char *file = *state;
    wick_arena *arena = wick_arena_create();
    wick_diag diag = {.arena = arena};
    const char *text = read_file(arena, file);
    const char *core = section_word(arena, text, "ops: official ");
    const wick_target target = {.name = "test",
                                .core = core,
                                .portable_operators = strstr(text, "target: portable\n") != NULL};
    const wick_pass_context context = {
        .target = &target, .diag = &diag, .official_operators = core != NULL, .nhwc_doors = true};
    const wick_pass *pass = pass_of(file);
    const char *out = section(arena, text, "out");
    wick_ir_graph *graph;

    assert_non_null(pass);
    if (wick_ir_parse(arena, section(arena, text, "in"), &diag, &graph) != WICK_OK) {
        fail_msg("the graph does not parse: %s", wick_diag_text(&diag));
    }
    const wick_status status = wick_pass_run(pass, &context, graph);
    if (out == NULL) {
        check_refusal(&diag, status, section(arena, text, "error"));
    } else if (status != WICK_OK || wick_ir_verify(graph, &diag) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&diag));
    } else {
        assert_string_equal(wick_ir_print(arena, graph, WICK_IR_TEXT_ALL_DATA), out);
    }
    wick_arena_destroy(arena);
}

static int by_name(const void *a, const void *b)
{
    const struct CMUnitTest *left = a;
    const struct CMUnitTest *right = b;
    return strcmp(left->name, right->name);
}

static size_t list_cases(struct CMUnitTest *tests)
{
    size_t count = 0;
    DIR *folder = opendir(CASES);
    if (folder == NULL) {
        return 0;
    }
    for (const struct dirent *entry = readdir(folder); entry != NULL; entry = readdir(folder)) {
        if (strstr(entry->d_name, ".txt") != NULL && count < MAX_CASES) {
            char *name = strdup(entry->d_name);
            tests[count++] =
                (struct CMUnitTest){.name = name, .test_func = run_case, .initial_state = name};
        }
    }
    closedir(folder);
    qsort(tests, count, sizeof *tests, by_name);
    return count;
}

int main(void)
{
    static struct CMUnitTest tests[MAX_CASES];
    const size_t count = list_cases(tests);
    if (count == 0) {
        fputs("no cases in " CASES "\n", stderr);
        return 1;
    }
    return _cmocka_run_group_tests("passes", tests, count, NULL, NULL);
}
