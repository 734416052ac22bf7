// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/fixture.h"
#include "compiler/support/json.h"
#include "compiler/support/text.h"

#include <math.h>

static const wick_json *parse(const char *text)
{
    const wick_json *root = NULL;
    if (wick_json_parse(arena, text, strlen(text), "doc", &diag, &root) != WICK_OK) {
        fail_msg("%s", wick_diag_text(&diag));
    }
    return root;
}

static void test_json_values_are_read(void **state)
{
    (void)state;
    const wick_json *root = parse("{\"s\": \"a\", \"i\": -3, \"f\": 0.5, \"b\": true, \"n\": null, "
                                  "\"inf\": \"-Infinity\", \"list\": [1, [2]]}");
    const char *text = NULL;
    int64_t integer = 0;
    double real = 0;
    bool boolean = false;
    const wick_json *list = NULL;
    assert_int_equal(wick_json_get_string(root, "s", &diag, &text), WICK_OK);
    assert_string_equal(text, "a");
    assert_int_equal(wick_json_get_int(root, "i", &diag, &integer), WICK_OK);
    assert_int_equal(integer, -3);
    assert_int_equal(wick_json_get_real(root, "f", &diag, &real), WICK_OK);
    assert_true(real == 0.5);
    assert_int_equal(wick_json_get_real(root, "i", &diag, &real), WICK_OK);
    assert_true(real == -3.0);
    assert_int_equal(wick_json_get_real(root, "inf", &diag, &real), WICK_OK);
    assert_true(isinf(real) && real < 0);
    assert_int_equal(wick_json_get_bool(root, "b", &diag, &boolean), WICK_OK);
    assert_true(boolean);
    assert_int_equal(wick_json_find(root, "n")->kind, WICK_JSON_NULL);
    assert_int_equal(wick_json_member(root, "list", WICK_JSON_ARRAY, &diag, &list), WICK_OK);
    assert_int_equal(list->count, 2);
    assert_int_equal(list->items[1].items[0].integer, 2);
    assert_null(wick_json_find(root, "absent"));
    assert_null(wick_json_find(list, "absent"));
}

static void test_json_errors_name_the_place(void **state)
{
    (void)state;
    const wick_json *root = parse("{\"graph\": {\"nodes\": [{}, {\"target\": 7}]}}");
    const wick_json *nodes = wick_json_find(wick_json_find(root, "graph"), "nodes");
    const char *text = NULL;
    assert_int_equal(wick_json_get_string(&nodes->items[1], "target", &diag, &text),
                     WICK_INVALID_PROGRAM);
    assert_said("error: doc: graph.nodes[1].target: expected a string, found an integer\n");
    assert_int_equal(wick_json_get_string(&nodes->items[0], "target", &diag, &text),
                     WICK_INVALID_PROGRAM);
    assert_said("error: doc: graph.nodes[0]: has no member 'target'\n");
    assert_int_equal(wick_json_expect(root, WICK_JSON_ARRAY, &diag), WICK_INVALID_PROGRAM);
    assert_said("error: doc: expected an array, found an object\n");
}

static void test_json_large_objects_find_their_members(void **state)
{
    (void)state;
    wick_text text = {.arena = arena};
    wick_text_format(&text, "{");
    for (int i = 0; i < 500; i++) {
        wick_text_format(&text, "%s\"k%d\": %d", i > 0 ? "," : "", i * 37 % 500, i);
    }
    wick_text_format(&text, "}");
    const wick_json *root = parse(wick_text_string(&text));
    for (int i = 0; i < 500; i++) {
        const wick_json *found =
            wick_json_find(root, wick_arena_format(arena, "k%d", i * 37 % 500));
        assert_int_equal(found->integer, i);
    }
    assert_null(wick_json_find(root, "k500"));
}

static void test_json_that_is_broken_is_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",         "{",     "[1,]",        "{\"a\": 1, \"a\": 2}", "nul",
        "\"\xff\"", "[1] 2", "\"\\u0000\"", "99999999999999999999", "1e999"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        const wick_json *root = NULL;
        diag = (wick_diag){.arena = arena};
        assert_int_equal(wick_json_parse(arena, texts[i], strlen(texts[i]), "doc", &diag, &root),
                         WICK_INVALID_PROGRAM);
        assert_said("doc: is not valid JSON: ");
        assert_said("line ");
    }
}

static void test_json_nesting_is_bounded(void **state)
{
    (void)state;
    enum { DEPTH = 100000 };
    char *text = wick_arena_alloc(arena, 2 * DEPTH + 1, 1);
    const wick_json *root = NULL;
    const size_t depths[] = {WICK_JSON_MAX_DEPTH - 1, WICK_JSON_MAX_DEPTH + 1, DEPTH};
    for (size_t i = 0; i < 3; i++) {
        memset(text, '[', depths[i]);
        memset(text + depths[i], ']', depths[i]);
        const wick_status status = wick_json_parse(arena, text, 2 * depths[i], "doc", &diag, &root);
        assert_int_equal(status, i == 0 ? WICK_OK : WICK_INVALID_PROGRAM);
    }
    assert_said("nested deeper than 128 levels");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_json_values_are_read),
        TEST(test_json_errors_name_the_place),
        TEST(test_json_large_objects_find_their_members),
        TEST(test_json_that_is_broken_is_refused),
        TEST(test_json_nesting_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
