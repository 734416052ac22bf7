// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/file.h"
#include "compiler/support/fixture.h"
#include "compiler/target.h"

#include <stdio.h>

static void test_every_embedded_target_loads(void **state)
{
    (void)state;
    int count = 0;
    for (const char *const *name = wick_target_names(); *name; name++) {
        wick_target target;
        if (wick_target_load(arena, *name, &diag, &target) != WICK_OK) {
            fail_msg("%s", wick_diag_text(&diag));
        }
        assert_string_equal(target.name, *name);
        assert_true(target.memory_count >= 1);
        assert_int_equal(target.portable_operators, strcmp(*name, "portable") == 0);
        count++;
    }
    assert_true(count >= 7);
}

static void test_target_of_a_path_is_the_same(void **state)
{
    (void)state;
    wick_target by_name;
    wick_target by_path;
    assert_int_equal(wick_target_load(arena, "cortex-m55", &diag, &by_name), WICK_OK);
    assert_int_equal(
        wick_target_load(arena, WICK_SOURCE_DIR "/targets/cortex-m55.json", &diag, &by_path),
        WICK_OK);
    assert_string_equal(by_name.core, by_path.core);
    assert_int_equal(by_name.alignment_bytes, by_path.alignment_bytes);
}

static void test_unknown_target_lists_the_known_ones(void **state)
{
    (void)state;
    wick_target target;
    assert_int_equal(wick_target_load(arena, "cortex-m99", &diag, &target), WICK_NOT_FOUND);
    assert_said("no target is named 'cortex-m99'; known are ");
    assert_said("cortex-m55, ");
    assert_said("portable");
    assert_int_equal(wick_target_load(arena, "no/such.json", &diag, &target), WICK_NOT_FOUND);
    assert_said("no/such.json: cannot read: No such file");
}

#define HEAD   "{\"name\": \"x\", \"core\": \"any\", "
#define MEMORY "\"memories\": [{\"name\": \"a\", \"size_bytes\": 1, \"access_cost\": 1}]"

#define MEMORIES HEAD "\"operators\": \"wick\", \"alignment_bytes\": 16, \"memories\": ["

static const struct {
    const char *text;
    const char *message;
} broken[] = {
    {"[]", "expected an object, found an array"},
    {"{\"name\": 1}", "name: expected a string, found an integer"},
    {HEAD "\"operators\": \"all\"}", "operators: is \"all\", expected \"portable\" or \"wick\""},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 24, " MEMORY "}",
     "alignment_bytes: is 24, expected a power of two"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 0, " MEMORY "}",
     "alignment_bytes: is 0, expected 1 to 4096"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 16}", "has no member 'memories'"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 16, \"memories\": []}",
     "memories: has 0 memories, expected 1 to 8"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 16, \"memories\": [{\"name\": \"a\", "
          "\"size_bytes\": -1, \"access_cost\": 1}]}",
     "memories[0].size_bytes: is -1, expected 0 to 1099511627776"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 9223372036854775807, \"access_cost\": 1}]}",
     "memories[0].size_bytes: is 9223372036854775807, expected 0 to 1099511627776"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 99999999999999999999, \"access_cost\": 1}]}",
     "too big integer"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 1e9, \"access_cost\": 1}]}",
     "memories[0].size_bytes: expected an integer, found a number"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 1, \"access_cost\": -4}]}",
     "memories[0].access_cost: is -4, expected 0 to 1000000"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 1, \"access_cost\": 2147483647}]}",
     "memories[0].access_cost: is 2147483647, expected 0 to 1000000"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": 16, \"constant_access_cost\": -1, " MEMORY
          "}",
     "constant_access_cost: is -1, expected 0 to 1000000"},
    {MEMORIES "{\"name\": \"\", \"size_bytes\": 1, \"access_cost\": 1}]}",
     "memories[0].name: is empty"},
    {MEMORIES "{\"name\": \"a\", \"size_bytes\": 1, \"access_cost\": 1}, "
              "{\"name\": \"a\", \"size_bytes\": 1, \"access_cost\": 1}]}",
     "memories[1].name: is \"a\", as that of memory 0 is"},
    {MEMORIES "{\"name\": \"a\", \"name\": \"b\", \"size_bytes\": 1, \"access_cost\": 1}]}",
     "duplicate object key"},
    {HEAD "\"operators\": \"wick\", \"alignment_bytes\": \"16\", " MEMORY "}",
     "alignment_bytes: expected an integer, found a string"},
};

static void test_broken_target_names_the_field(void **state)
{
    (void)state;
    static const char path[] = "wick-target-test.json";
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        wick_target target;
        diag = (wick_diag){.arena = arena};
        assert_int_equal(wick_file_write(path, broken[i].text, strlen(broken[i].text), &diag),
                         WICK_OK);
        assert_int_equal(wick_target_load(arena, path, &diag, &target), WICK_INVALID_ARGUMENT);
        assert_int_equal(diag.status, WICK_INVALID_ARGUMENT);
        assert_said(broken[i].message);
        assert_said(path);
    }
    remove(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_every_embedded_target_loads),
        TEST(test_target_of_a_path_is_the_same),
        TEST(test_unknown_target_lists_the_known_ones),
        TEST(test_broken_target_names_the_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
