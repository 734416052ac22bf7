// SPDX-License-Identifier: BSD-3-Clause
// The two rounding steps against their definition in docs/numerics.md, ties and edges of int32
// among the values.
#include "kernels/quant/requantize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// value / by rounded down.
static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t defined(int64_t value, int64_t multiplier, int32_t shift)
{
    const int64_t power = INT64_C(1) << -shift;
    const int64_t high = floor_divide(value * multiplier + (1 << 30), INT64_C(1) << 31);
    const int64_t magnitude = high < 0 ? -high : high;
    const int64_t rounded = (2 * magnitude + power) / (2 * power); // halves away from 0
    return high < 0 ? -rounded : rounded;
}

static void test_right_shifts_equal_definition(void **state)
{
    (void)state;
    static const int32_t edges[] = {INT32_MIN, INT32_MIN + 1, -(1 << 30), -3, -2, -1, 0, 1, 2,
                                    3,         1 << 30,       INT32_MAX};
    static const int32_t multipliers[] = {0, 1, 1 << 29, 1 << 30, 0x5a827999, INT32_MAX};
    for (int32_t shift = -31; shift <= 0; shift++) {
        for (size_t m = 0; m < sizeof multipliers / sizeof *multipliers; m++) {
            for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
                assert_int_equal(wick_requantize(edges[i], multipliers[m], shift),
                                 defined(edges[i], multipliers[m], shift));
            }
            for (int32_t value = -600; value <= 600; value++) { // ties at small shifts
                assert_int_equal(wick_requantize(value, multipliers[m], shift),
                                 defined(value, multipliers[m], shift));
            }
        }
    }
}

static void test_two_roundings_differ_from_one(void **state)
{
    (void)state;
    assert_int_equal(wick_requantize(5, 1 << 30, -1), 2);   // 5 / 4: 2.5 to 3, 1.5 to 2
    assert_int_equal(wick_requantize(-5, 1 << 30, -1), -1); // -2.5 up to -2, -1
    assert_int_equal(wick_requantize(-6, 1 << 30, -1), -2); // -3, -1.5 away from 0
}

static void test_left_shifts_are_modulo_2_to_32(void **state)
{
    (void)state;
    assert_int_equal(wick_requantize(3, 1 << 30, 4), 24);
    assert_int_equal(wick_requantize(1, 1 << 30, 31), 1 << 30);
    assert_int_equal(wick_requantize(2, 1 << 30, 31), INT32_MIN);
    assert_int_equal(wick_requantize(4, 1 << 30, 31), 0);
}

static void test_scales_below_every_int32_give_0(void **state)
{
    (void)state;
    assert_int_equal(wick_requantize(INT32_MAX, INT32_MAX, -31), 1);
    assert_int_equal(wick_requantize(INT32_MAX, INT32_MAX, -32), 0);
    assert_int_equal(wick_requantize(INT32_MIN, INT32_MAX, INT32_MIN), 0);
}

static void test_narrow_saturates_and_prefers_the_upper_bound(void **state)
{
    (void)state;
    const wick_quant_range range = {.offset = -10, .minimum = -128, .maximum = 100};
    assert_int_equal(wick_quant_narrow(110, &range), 100);
    assert_int_equal(wick_quant_narrow(111, &range), 100);
    assert_int_equal(wick_quant_narrow(-118, &range), -128);
    assert_int_equal(wick_quant_narrow(-119, &range), -128);
    assert_int_equal(wick_quant_narrow(INT32_MIN, &range), 100); // wraps
    const wick_quant_range crossed = {.offset = 0, .minimum = 5, .maximum = -5};
    assert_int_equal(wick_quant_narrow(0, &crossed), -5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right_shifts_equal_definition),
        cmocka_unit_test(test_two_roundings_differ_from_one),
        cmocka_unit_test(test_left_shifts_are_modulo_2_to_32),
        cmocka_unit_test(test_scales_below_every_int32_give_0),
        cmocka_unit_test(test_narrow_saturates_and_prefers_the_upper_bound),
    };
    return cmocka_run_group_tests(tests, 0, 0);
}
