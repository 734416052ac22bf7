// SPDX-License-Identifier: BSD-3-Clause
// One element by run-time type: every type through both readers and both stores, and what they give
// for types that they do not include.
#include "kernels/element/element.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define WICK_DTYPE(name, code, bytes, text, serde) WICK_##name,
static const uint32_t dtypes[] = {
#include "wick/dtype.def"
};
#undef WICK_DTYPE
enum { DTYPE_COUNT = sizeof dtypes / sizeof dtypes[0] };

static bool is_included(uint32_t dtype)
{
    return dtype != WICK_FLOAT64 && dtype != WICK_COMPLEX64;
}

static void test_small_numbers_come_back(void **state)
{
    (void)state;
    for (size_t i = 0; i < DTYPE_COUNT; i++) {
        uint64_t data[2] = {0};
        if (wick_element_is_real(dtypes[i])) {
            wick_element_store_real(data, 1, dtypes[i], 1.0f);
        } else {
            wick_element_store_integer(data, 1, dtypes[i], 1);
        }
        const int64_t expected = is_included(dtypes[i]);
        assert_int_equal(wick_element_integer(data, 1, dtypes[i]), expected);
        assert_true(wick_element_real(data, 1, dtypes[i]) == (float)expected);
        assert_int_equal(wick_element_integer(data, 0, dtypes[i]), 0);
    }
}

static void test_types_not_included_read_as_zero(void **state)
{
    (void)state;
    const double values[2] = {1.5, -2.5};
    static const uint32_t others[] = {WICK_FLOAT64, WICK_COMPLEX64, 99};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        double written[1] = {7.0};
        assert_true(wick_element_real(values, 0, others[i]) == 0.0f);
        assert_int_equal(wick_element_integer(values, 0, others[i]), 0);
        wick_element_store_real(written, 0, others[i], 1.0f);
        wick_element_store_integer(written, 0, others[i], 1);
        assert_true(written[0] == 7.0);
    }
}

static void test_reals_become_integers_saturating(void **state)
{
    (void)state;
    const float values[] = {-1.75f, 0x1p70f, -0x1p70f, __builtin_nanf("")};
    static const int64_t expected[] = {-1, INT64_MAX, INT64_MIN, INT64_MIN};
    for (ptrdiff_t i = 0; i < 4; i++) {
        assert_true(wick_element_integer(values, i, WICK_FLOAT32) == expected[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_small_numbers_come_back),
        cmocka_unit_test(test_types_not_included_read_as_zero),
        cmocka_unit_test(test_reals_become_integers_saturating),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
