// SPDX-License-Identifier: BSD-3-Clause
// Arena, diagnostics, map and text.
#include "compiler/support/fixture.h"
#include "compiler/support/map.h"
#include "compiler/support/text.h"

#include <locale.h>
#include <math.h>

static void test_arena_gives_aligned_zeroed_memory(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3000; i++) {
        const size_t size = i % 7 == 0 ? i * 100 : i % 50;
        uint8_t *bytes = wick_arena_alloc(arena, size, 1);
        assert_int_equal((uintptr_t)bytes % 16, 0);
        for (size_t k = 0; k < size; k++) {
            assert_int_equal(bytes[k], 0);
        }
        if (size > 0) {
            memset(bytes, 0xff, size);
        }
    }
}

static void test_arena_formats(void **state)
{
    (void)state;
    assert_string_equal(wick_arena_format(arena, "%d-%s", 7, "x"), "7-x");
    assert_string_equal(wick_arena_format(arena, "%s", ""), "");
    assert_string_equal(wick_arena_copy_string(arena, "abcdef", 3), "abc");
}

static void test_diag_keeps_order_and_first_error(void **state)
{
    (void)state;
    wick_diag_note(&diag, WICK_WARNING, NULL, "odd");
    assert_int_equal(wick_diag_error(&diag, WICK_NOT_FOUND, "here", "no %s", "file"),
                     WICK_NOT_FOUND);
    wick_diag_error(&diag, WICK_INTERNAL, NULL, "later");
    wick_diag_note(&diag, WICK_NOTE, "there", "100%%");
    assert_int_equal(diag.status, WICK_NOT_FOUND);
    assert_string_equal(wick_diag_text(&diag),
                        "warning: odd\nerror: here: no file\nerror: later\nnote: there: 100%\n");
}

static void test_map_finds_what_was_put(void **state)
{
    (void)state;
    static int values[1000];
    wick_map *map = wick_map_create(arena);
    assert_null(wick_map_get(map, "absent"));
    for (int i = 0; i < 1000; i++) {
        wick_map_put(map, wick_arena_format(arena, "key%d", i), &values[i]);
    }
    for (int i = 0; i < 1000; i++) {
        assert_ptr_equal(wick_map_get(map, wick_arena_format(arena, "key%d", i)), &values[i]);
    }
    wick_map_put(map, "key7", &values[0]);
    assert_ptr_equal(wick_map_get(map, "key7"), &values[0]);
    assert_null(wick_map_get(map, "key1000"));
}

static void test_text_quotes(void **state)
{
    (void)state;
    wick_text text = {.arena = arena};
    assert_string_equal(wick_text_string(&text), "");
    wick_text_quote(&text, "a\"b\\c\n\x1f");
    assert_string_equal(wick_text_string(&text), "\"a\\\"b\\\\c\\n\\x1f\"");
}

static void test_text_grows(void **state)
{
    (void)state;
    wick_text text = {.arena = arena};
    for (int i = 0; i < 10000; i++) {
        wick_text_format(&text, "%d", i % 10);
    }
    assert_int_equal(text.length, 10000);
    assert_int_equal(strlen(wick_text_string(&text)), 10000);
}

static void test_numbers_ignore_the_locale(void **state)
{
    (void)state;
    // Not every machine has these; without them the test runs in the C locale.
    const char *const names[] = {"C", "de_DE.UTF-8", "fr_FR.UTF-8"};
    for (size_t i = 0; i < 3; i++) {
        setlocale(LC_NUMERIC, names[i]);
        const char *end = NULL;
        char out[WICK_REAL_CHARS];
        const char *number = "-12.5e-1,";
        assert_true(wick_text_to_real(number, &end) == -1.25);
        assert_int_equal(*end, ',');
        wick_text_from_real(out, 0.1, 17);
        assert_string_equal(out, "0.10000000000000001");
    }
    setlocale(LC_NUMERIC, "C");
}

static void test_numbers_refuse_what_is_none(void **state)
{
    (void)state;
    const char *end = NULL;
    const char *word = "x1";
    wick_text_to_real(word, &end);
    assert_ptr_equal(end, word);
    char *longest = wick_arena_alloc(arena, 1001, 1);
    memset(longest, '1', 1000);
    wick_text_to_real(longest, &end);
    assert_ptr_equal(end, longest);
    assert_true(isinf(wick_text_to_real("-inf", &end)));
    assert_true(wick_text_to_real("0x1.8p+1", &end) == 3.0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_arena_gives_aligned_zeroed_memory),
        TEST(test_arena_formats),
        TEST(test_diag_keeps_order_and_first_error),
        TEST(test_map_finds_what_was_put),
        TEST(test_text_quotes),
        TEST(test_text_grows),
        TEST(test_numbers_ignore_the_locale),
        TEST(test_numbers_refuse_what_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
