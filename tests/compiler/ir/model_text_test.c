// SPDX-License-Identifier: BSD-3-Clause
// The graphs of trained models, weights and all, print and parse back to the same text.
#include "compiler/import/import.h"
#include "compiler/ir/text.h"
#include "compiler/support/file.h"
#include "compiler/support/fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { MAX_BYTES = 1 << 28 };

static const char *shared_folder(void)
{
    const char *given = getenv("WICK_SHARED");
    return given ? given : WICK_SOURCE_DIR "/../shared";
}

static void test_text_of_models_round_trips(void **state)
{
    (void)state;
    static const char *const names[] = {"ad", "kws", "resnet8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *path = wick_arena_format(arena, "%s/models/%s.pt2", shared_folder(), names[i]);
        struct stat info;
        if (stat(path, &info) != 0) {
            printf("skipped: %s is absent (set WICK_SHARED)\n", path);
            skip();
        }
        uint8_t *bytes = NULL;
        size_t size = 0;
        wick_ir_graph *graph = NULL;
        wick_ir_graph *again = NULL;
        assert_int_equal(wick_file_read(arena, path, MAX_BYTES, &diag, &bytes, &size), WICK_OK);
        assert_int_equal(wick_import_pt2(arena, bytes, size, path, NULL, &diag, &graph), WICK_OK);
        const char *text = wick_ir_print(arena, graph, WICK_IR_TEXT_ALL_DATA);
        if (wick_ir_parse(arena, text, &diag, &again) != WICK_OK ||
            wick_ir_verify(again, &diag) != WICK_OK) {
            fail_msg("%s: %s", names[i], wick_diag_text(&diag));
        }
        // strcmp: assert_string_equal would print megabytes.
        assert_int_equal(strcmp(wick_ir_print(arena, again, WICK_IR_TEXT_ALL_DATA), text), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {TEST(test_text_of_models_round_trips)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
