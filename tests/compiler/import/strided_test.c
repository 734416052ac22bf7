// SPDX-License-Identifier: BSD-3-Clause
// Strided views become dense; views that leave their storage are found, also where the arithmetic
// would wrap.
#include "compiler/import/strided.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

static const uint8_t storage[12] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};

static wick_strided view_of(uint32_t rank, const int64_t *sizes, const int64_t *strides,
                            int64_t offset)
{
    wick_strided view = {.dtype = WICK_UINT8, .rank = rank, .offset_elems = offset};
    memcpy(view.sizes, sizes, rank * sizeof *sizes);
    memcpy(view.strides, strides, rank * sizeof *strides);
    return view;
}

static void expect_copy(const wick_strided *view, const uint8_t *expected, size_t count)
{
    uint8_t dense[64];
    size_t size_bytes = 0;
    memset(dense, 0xee, sizeof dense);
    assert_true(wick_strided_size_bytes(view, &size_bytes));
    assert_int_equal(size_bytes, count);
    assert_true(wick_strided_fits(view, sizeof storage));
    wick_strided_copy(view, storage, dense);
    assert_memory_equal(dense, expected, count);
    assert_int_equal(dense[count], 0xee);
}

static void test_copy_transposed_is_row_major(void **state)
{
    (void)state;
    const wick_strided view = view_of(2, (int64_t[]){4, 3}, (int64_t[]){1, 4}, 0);
    expect_copy(&view, (const uint8_t[]){0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11}, 12);
}

static void test_copy_offset_and_gap(void **state)
{
    (void)state;
    const wick_strided view = view_of(2, (int64_t[]){2, 2}, (int64_t[]){5, 1}, 3);
    expect_copy(&view, (const uint8_t[]){3, 4, 8, 9}, 4);
}

static void test_copy_expanded_repeats(void **state)
{
    (void)state;
    const wick_strided view = view_of(3, (int64_t[]){2, 3, 2}, (int64_t[]){4, 0, 1}, 0);
    expect_copy(&view, (const uint8_t[]){0, 1, 0, 1, 0, 1, 4, 5, 4, 5, 4, 5}, 12);
}

static void test_copy_scalar_and_empty(void **state)
{
    (void)state;
    const wick_strided scalar = view_of(0, (int64_t[]){0}, (int64_t[]){0}, 7);
    expect_copy(&scalar, (const uint8_t[]){7}, 1);
    const wick_strided empty = view_of(2, (int64_t[]){3, 0}, (int64_t[]){1, 1}, 0);
    expect_copy(&empty, storage, 0);
}

static void test_copy_ignores_stride_of_size_one(void **state)
{
    (void)state;
    const wick_strided view = view_of(3, (int64_t[]){2, 1, 2}, (int64_t[]){3, INT64_MAX, 2}, 1);
    expect_copy(&view, (const uint8_t[]){1, 3, 4, 6}, 4);
}

static void test_fits_finds_the_last_element(void **state)
{
    (void)state;
    const wick_strided inside = view_of(2, (int64_t[]){3, 2}, (int64_t[]){5, 1}, 0);
    const wick_strided outside = view_of(2, (int64_t[]){3, 2}, (int64_t[]){5, 1}, 1);
    assert_true(wick_strided_fits(&inside, 12));
    assert_false(wick_strided_fits(&outside, 12));
}

static void test_fits_refuses_what_wraps(void **state)
{
    (void)state;
    const wick_strided huge = view_of(2, (int64_t[]){3, 3}, (int64_t[]){INT64_MAX, INT64_MAX}, 0);
    const wick_strided negative = view_of(1, (int64_t[]){2}, (int64_t[]){-1}, 1);
    const wick_strided before = view_of(1, (int64_t[]){1}, (int64_t[]){1}, -1);
    assert_false(wick_strided_fits(&huge, 12));
    assert_false(wick_strided_fits(&negative, 12));
    assert_false(wick_strided_fits(&before, 12));
}

static void test_size_refuses_what_wraps(void **state)
{
    (void)state;
    size_t size_bytes = 0;
    const int64_t ones[] = {1, 1, 1};
    const wick_strided huge = view_of(3, (int64_t[]){INT64_MAX, INT64_MAX, 4}, ones, 0);
    const wick_strided hidden = view_of(3, (int64_t[]){0, INT64_MAX, INT64_MAX}, ones, 0);
    const wick_strided negative = view_of(1, (int64_t[]){-1}, ones, 0);
    assert_false(wick_strided_size_bytes(&huge, &size_bytes));
    assert_false(wick_strided_size_bytes(&hidden, &size_bytes));
    assert_false(wick_strided_size_bytes(&negative, &size_bytes));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_copy_transposed_is_row_major),
        cmocka_unit_test(test_copy_offset_and_gap),
        cmocka_unit_test(test_copy_expanded_repeats),
        cmocka_unit_test(test_copy_scalar_and_empty),
        cmocka_unit_test(test_copy_ignores_stride_of_size_one),
        cmocka_unit_test(test_fits_finds_the_last_element),
        cmocka_unit_test(test_fits_refuses_what_wraps),
        cmocka_unit_test(test_size_refuses_what_wraps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
