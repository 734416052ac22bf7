// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit_c/device_source.h"
#include "compiler/support/file.h"
#include "compiler/support/fixture.h"
#include "ops/op.h"

#include <stdio.h>
#include <stdlib.h>

typedef struct row {
    const char *id;
    uint32_t traits;
    const char *run;
    const char *block;
} row;

static const row rows[] = {
#define WICK_OP(id, functional, name, schema, signature, traits, prepare, run, block) \
    {#id, traits, #run, #block},
#include "ops/ops.def"
#undef WICK_OP
};
enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const char headers[] = "#include <math.h>\n#include <stdbool.h>\n#include <stddef.h>\n"
                              "#include <stdint.h>\n#include <string.h>\n";

// Every operator's run half, with all it needs, as one file that a C99 compiler takes without a
// warning.
static void test_all_run_halves_compile_alone(void **state)
{
    (void)state;
    wick_device_source *source = wick_device_source_open(arena);
    wick_text text = {.arena = arena};
    wick_text_format(&text, "%s", headers);
    for (size_t i = 0; i < ROW_COUNT; i++) {
        assert_true(wick_device_source_take(source, rows[i].block, &text));
        assert_true(wick_device_source_take(source, rows[i].run, &text));
    }
    wick_text_format(&text, "typedef wick_status run(const wick_call *, const void *);\n"
                            "extern run *const runs[];\nrun *const runs[] = {\n");
    for (size_t i = 0; i < ROW_COUNT; i++) {
        wick_text_format(&text, "    %s,\n", rows[i].run);
    }
    wick_text_format(&text, "};\n");
    static const char path[] = "wick-device-source-test.c";
    assert_int_equal(wick_file_write(path, wick_text_string(&text), text.length, &diag), WICK_OK);
    assert_int_equal(system("cc -std=c99 -Wall -Wextra -Wpedantic -Werror -O1 -c "
                            "wick-device-source-test.c -o wick-device-source-test.o"),
                     0);
    remove(path);
    remove("wick-device-source-test.o");
}

// What computes in float64 on hosts alone says so: the compiler refuses it by name for a
// microcontroller.
static void test_rows_that_compute_in_float64_have_the_trait(void **state)
{
    (void)state;
    static const char *const no_stops[] = {NULL};
    wick_device_source *source = wick_device_source_open(arena);
    uint32_t lacking = 0;
    for (size_t i = 0; i < ROW_COUNT; i++) {
        const bool asks =
            wick_device_source_reaches(source, rows[i].run, "WICK_HAS_FLOAT64", no_stops);
        const bool says = (rows[i].traits & (WICK_OP_ELEMENTWISE | WICK_OP_FLOAT64)) != 0;
        if (asks && !says) {
            print_error("%s lacks WICK_OP_FLOAT64\n", rows[i].id);
            lacking++;
        }
    }
    assert_int_equal(lacking, 0);
}

static void test_prepare_halves_and_other_operators_stay_out(void **state)
{
    (void)state;
    wick_device_source *source = wick_device_source_open(arena);
    wick_text text = {.arena = arena};
    assert_true(wick_device_source_take(source, "wick_linear_run", &text));
    assert_non_null(strstr(wick_text_string(&text), "static wick_status wick_linear_run("));
    assert_null(strstr(wick_text_string(&text), "_prepare("));
    assert_null(strstr(wick_text_string(&text), "wick_softmax"));
}

static void test_taken_once(void **state)
{
    (void)state;
    wick_device_source *source = wick_device_source_open(arena);
    wick_text text = {.arena = arena};
    assert_true(wick_device_source_take(source, "wick_linear_run", &text));
    const size_t length = text.length;
    assert_true(wick_device_source_take(source, "wick_linear_run", &text));
    assert_true(wick_device_source_take(source, "wick_gemm", &text));
    assert_int_equal(text.length, length);
    assert_false(wick_device_source_take(source, "wick_no_such_thing", &text));
}

static void test_reaches_what_a_definition_needs(void **state)
{
    (void)state;
    static const char *const none[] = {NULL};
    static const char *const getters[] = {"wick_call_tensor", "wick_call_optional_tensor", NULL};
    wick_device_source *source = wick_device_source_open(arena);
    assert_true(wick_device_source_reaches(source, "wick_relu_run", "wick_call_value", none));
    assert_false(wick_device_source_reaches(source, "wick_relu_run", "wick_call_value", getters));
    assert_false(wick_device_source_reaches(source, "wick_call_value", "wick_relu_run", none));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_all_run_halves_compile_alone),
        TEST(test_rows_that_compute_in_float64_have_the_trait),
        TEST(test_prepare_halves_and_other_operators_stay_out),
        TEST(test_taken_once),
        TEST(test_reaches_what_a_definition_needs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
