// SPDX-License-Identifier: BSD-3-Clause
// Tensors outside of the program: files, regions, and what does not fit. The program is that of
// tests/fuzz/seeds, by the official exporter.
#include "support/files.h"
#include "wick/wick.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define SEED WICK_SOURCE_DIR "/tests/fuzz/seeds/external"

enum { INPUTS = 2 * 4 * 4, OUTPUTS = 4 };

typedef struct files {
    uint8_t *pte, *ptd;
    size_t pte_bytes, ptd_bytes;
} files;

static files read_files(void)
{
    files f;
    f.pte = test_read(SEED ".pte", &f.pte_bytes);
    f.ptd = test_read(SEED ".ptd", &f.ptd_bytes);
    assert_non_null(f.pte);
    assert_non_null(f.ptd);
    return f;
}

static void free_files(const files *f)
{
    free(f->pte);
    free(f->ptd);
}

static void run(const wick_program *program, float *out)
{
    static _Alignas(16) uint8_t metadata[8192];
    static _Alignas(16) uint8_t arena[1024];
    static float x[INPUTS];
    const wick_memory memory = {metadata, sizeof metadata, {arena}, {sizeof arena}};
    wick_method method;
    wick_failure failure = WICK_FAILURE_NONE;
    for (int i = 0; i < INPUTS; i++) {
        x[i] = (float)i - 7;
    }
    assert_int_equal(
        wick_method_init(&method, program, "forward", &wick_operators_all, &memory, &failure),
        WICK_OK);
    assert_int_equal(wick_method_set_input(&method, 0, x, sizeof x, &failure), WICK_OK);
    assert_int_equal(wick_method_execute(&method, &failure), WICK_OK);
    memcpy(out, wick_method_output(&method, 0)->data, OUTPUTS * sizeof *out);
}

// Values of seed 0, for regions: none is special.
static const float numbers[54] = {0.5f, -0.25f, 0.75f, 1, 2, 3, -1, 0.125f, 0.25f, 0.5f};
static const int64_t batches;
static const wick_data_region regions[] = {
    {"conv.weight", numbers, 54 * sizeof *numbers},
    {"conv.bias", numbers, 3 * sizeof *numbers},
    {"norm.weight", numbers + 3, 3 * sizeof *numbers},
    {"norm.bias", numbers, 3 * sizeof *numbers},
    {"norm.running_mean", numbers, 3 * sizeof *numbers},
    {"norm.running_var", numbers + 3, 3 * sizeof *numbers},
    {"norm.num_batches_tracked", &batches, sizeof batches},
    {"linear.weight", numbers, 48 * sizeof *numbers},
    {"linear.bias", numbers, 4 * sizeof *numbers},
};
enum { REGIONS = sizeof regions / sizeof regions[0] };

static void test_open_with_file_runs(void **state)
{
    (void)state;
    float out[OUTPUTS];
    wick_data data;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    const files f = read_files();
    assert_int_equal(wick_program_open(&program, f.pte, f.pte_bytes, 0), WICK_NOT_SUPPORTED);
    assert_int_equal(wick_data_open(&data, f.ptd, f.ptd_bytes, &failure), WICK_OK);
    assert_int_equal(wick_program_open_with_data(&program, f.pte, f.pte_bytes, &data, &failure),
                     WICK_OK);
    run(&program, out);
    const float sum = out[0] + out[1] + out[2] + out[3]; // of a softmax
    assert_true(sum > 0.999f && sum < 1.001f);
    free_files(&f);
}

// The weight of a region stands before that of the file that follows it.
static void test_first_of_a_chain_wins(void **state)
{
    (void)state;
    float mixed[OUTPUTS];
    float plain[OUTPUTS];
    wick_data file;
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    const files f = read_files();
    assert_int_equal(wick_data_open(&file, f.ptd, f.ptd_bytes, &failure), WICK_OK);
    const wick_data first = {.regions = &regions[8], .region_count = 1, .next = &file};
    assert_int_equal(wick_program_open_with_data(&program, f.pte, f.pte_bytes, &first, &failure),
                     WICK_OK);
    run(&program, mixed);
    assert_int_equal(wick_program_open_with_data(&program, f.pte, f.pte_bytes, &file, &failure),
                     WICK_OK);
    run(&program, plain);
    assert_memory_not_equal(mixed, plain, sizeof mixed);
    free_files(&f);
}

// Opens with the regions, one of them changed.
static wick_status open_changed(uint32_t index, wick_data_region changed)
{
    wick_data_region all[REGIONS];
    wick_program program;
    wick_failure failure = WICK_FAILURE_NONE;
    const files f = read_files();
    memcpy(all, regions, sizeof all);
    all[index] = changed;
    const wick_data data = {.regions = all, .region_count = REGIONS};
    const wick_status status =
        wick_program_open_with_data(&program, f.pte, f.pte_bytes, &data, &failure);
    assert_true(status == WICK_OK || failure.text != 0);
    free_files(&f);
    return status;
}

static void test_region_that_does_not_fit_is_refused(void **state)
{
    (void)state;
    const uint8_t *shifted = (const uint8_t *)numbers + 1;
    assert_int_equal(open_changed(0, regions[0]), WICK_OK);
    assert_int_equal(open_changed(0, (wick_data_region){"conv.weigh", numbers, 216}),
                     WICK_NOT_FOUND);
    assert_int_equal(open_changed(0, (wick_data_region){"conv.weights", numbers, 216}),
                     WICK_NOT_FOUND);
    assert_int_equal(open_changed(1, (wick_data_region){"conv.bias", numbers, 11}),
                     WICK_INVALID_EXTERNAL_DATA);
    assert_int_equal(open_changed(1, (wick_data_region){"conv.bias", numbers, 13}),
                     WICK_INVALID_EXTERNAL_DATA);
    assert_int_equal(open_changed(1, (wick_data_region){"conv.bias", shifted, 12}),
                     WICK_INVALID_EXTERNAL_DATA);
}

// A file that ends anywhere before its last segment, or is no such file, is refused.
static void test_short_file_is_refused(void **state)
{
    (void)state;
    const files f = read_files();
    for (size_t end = 0; end < f.ptd_bytes; end += 1 + end / 16) {
        wick_data data;
        wick_failure failure = WICK_FAILURE_NONE;
        uint8_t *part = test_copy(f.ptd, end);
        assert_int_equal(wick_data_open(&data, part, end, &failure), WICK_INVALID_EXTERNAL_DATA);
        free(part);
    }
    wick_data data;
    assert_int_equal(wick_data_open(&data, f.pte, f.pte_bytes, 0), WICK_INVALID_EXTERNAL_DATA);
    free_files(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_open_with_file_runs),
        cmocka_unit_test(test_first_of_a_chain_wins),
        cmocka_unit_test(test_region_that_does_not_fit_is_refused),
        cmocka_unit_test(test_short_file_is_refused),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
