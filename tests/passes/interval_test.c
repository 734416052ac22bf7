// SPDX-License-Identifier: BSD-3-Clause
// Intervals hold what the kernels' arithmetic gives for every value in them, up to the edges of
// int32, and nothing else where nothing wraps.
#include "compiler/passes/interval.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

enum { ROUNDS = 200000, WIDTH = 40 };

static uint64_t state = 1;

static int64_t between(int64_t low, int64_t high)
{
    state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return low + (int64_t)((state >> 20) % (uint64_t)(high - low + 1));
}

static wick_quant_range random_range(void)
{
    const int32_t minimum = (int32_t)between(-128, 127);
    return (wick_quant_range){(int32_t)between(-128, 127), minimum, (int32_t)between(minimum, 127)};
}

static wick_quant_scale random_scale(void)
{
    return (wick_quant_scale){(int32_t)between(0, INT32_MAX), (int32_t)between(-40, 31)};
}

// Somewhere, or at an edge of int32.
static wick_interval random_interval(void)
{
    const int64_t edges[] = {INT32_MIN, INT32_MAX - WIDTH, between(-300, 300),
                             between(INT32_MIN, INT32_MAX - WIDTH)};
    const int64_t low = edges[between(0, 3)];
    return (wick_interval){low, low + between(0, WIDTH)};
}

static void test_interval_narrow_holds_what_each_sum_gives(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        const wick_interval sums = random_interval();
        const wick_quant_scale scale = random_scale();
        const wick_quant_range range = random_range();
        const wick_interval held = wick_interval_narrow(sums, scale, &range);
        for (int64_t sum = sums.low; sum <= sums.high; sum++) {
            const int32_t steps = wick_requantize((int32_t)sum, scale.multiplier, scale.shift);
            const int8_t value = wick_quant_narrow(steps, &range);
            assert_in_range(value + 128, held.low + 128, held.high + 128);
        }
    }
}

static void test_interval_narrow_is_tight_where_nothing_wraps(void **unused)
{
    (void)unused;
    const wick_quant_range relu = {-128, -128, 127};
    const wick_quant_scale half = {1 << 30, 0};
    const wick_interval dead = wick_interval_narrow((wick_interval){-100000, 0}, half, &relu);
    const wick_interval live = wick_interval_narrow((wick_interval){-100000, 20}, half, &relu);
    assert_int_equal(dead.low, -128);
    assert_int_equal(dead.high, -128);
    assert_int_equal(live.high, -118);
}

static void test_interval_narrow_outside_int32_gives_the_clamp(void **unused)
{
    (void)unused;
    const wick_quant_range range = {0, -7, 9};
    const wick_interval sums = {-INT64_C(3000000000), -INT64_C(2900000000)};
    const wick_interval held = wick_interval_narrow(sums, (wick_quant_scale){1 << 30, -9}, &range);
    assert_int_equal(held.low, -7);
    assert_int_equal(held.high, 9);
}

static void test_interval_add_holds_what_each_pair_gives(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS / 20; round++) {
        const wick_quant_residual r = {{(int32_t)between(-128, 128),
                                        {(int32_t)between(0, INT32_MAX), (int32_t)between(-9, 4)}},
                                       {(int32_t)between(-128, 128),
                                        {(int32_t)between(0, INT32_MAX), (int32_t)between(-9, 4)}},
                                       {(int32_t)between(0, INT32_MAX), (int32_t)between(-25, -15)},
                                       random_range()};
        const int32_t sign = between(0, 1) == 1 ? 1 : -1;
        const int64_t a = between(-128, 120);
        const int64_t b = between(-128, 120);
        const wick_interval held =
            wick_interval_add((wick_interval){a, a + 7}, (wick_interval){b, b + 7}, sign, &r);
        for (int i = 0; i < 64; i++) {
            const uint32_t left = (uint32_t)wick_quant_term(&r.a, (int32_t)a + i / 8);
            const uint32_t right = (uint32_t)wick_quant_term(&r.b, (int32_t)b + i % 8);
            const int8_t value = wick_quant_sum(&r, sign > 0 ? left + right : left - right);
            assert_in_range(value + 128, held.low + 128, held.high + 128);
        }
    }
}

static void test_interval_multiply_is_the_hull_of_all_products(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS / 20; round++) {
        const int64_t a = between(-20, 20);
        const int64_t b = between(-20, 20);
        wick_interval hull = wick_interval_nothing;
        for (int64_t i = 0; i < 64; i++) {
            wick_interval_extend(&hull, wick_interval_of((a + i / 8) * (b + i % 8)));
        }
        const wick_interval held =
            wick_interval_multiply((wick_interval){a, a + 7}, (wick_interval){b, b + 7});
        assert_int_equal(held.low, hull.low);
        assert_int_equal(held.high, hull.high);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_interval_narrow_holds_what_each_sum_gives),
        cmocka_unit_test(test_interval_narrow_is_tight_where_nothing_wraps),
        cmocka_unit_test(test_interval_narrow_outside_int32_gives_the_clamp),
        cmocka_unit_test(test_interval_add_holds_what_each_pair_gives),
        cmocka_unit_test(test_interval_multiply_is_the_hull_of_all_products),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
