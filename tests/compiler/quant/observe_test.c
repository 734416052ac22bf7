// SPDX-License-Identifier: BSD-3-Clause
// Ranges from values: what each observer keeps, and values that would make a range of nonsense.
#include "compiler/quant/observe.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

enum { COUNT = 4000 };

static wick_quant_values values_of(const float *data, size_t count)
{
    wick_quant_values values = {.data = data, .count = count};
    size_t where;
    assert_true(wick_quant_bounds(data, count, &values.low, &values.high, &where));
    return values;
}

static double lowest(wick_quant_params p)
{
    return p.scale * (INT8_MIN - p.zero_point);
}

static double highest(wick_quant_params p)
{
    return p.scale * (INT8_MAX - p.zero_point);
}

static double squared_error(wick_quant_params p, const float *data, size_t count)
{
    static float rounded[COUNT];
    double error = 0;
    wick_quant_round(&p, data, rounded, count);
    for (size_t i = 0; i < count; i++) {
        error += pow((double)data[i] - (double)rounded[i], 2);
    }
    return error;
}

// A bell of values around 0 with one far away.
static void fill_with_outlier(float *data)
{
    uint32_t seed = 1;
    for (size_t i = 0; i < COUNT; i++) {
        float sum = 0;
        for (int k = 0; k < 12; k++) {
            seed = seed * 1664525u + 1013904223u;
            sum += (float)(seed >> 8) / (1 << 24) - 0.5f;
        }
        data[i] = sum;
    }
    data[COUNT / 2] = 100;
}

static void test_minmax_reaches_all_values_and_zero_is_a_step(void **state)
{
    (void)state;
    const float data[] = {-0.7f, 3.1f, 1.0f, 2.2f};
    const wick_quant_values values = values_of(data, 4);
    const wick_quant_params p = wick_observe(WICK_OBSERVER_MINMAX, &values);
    assert_true(lowest(p) <= -0.7 + p.scale / 2 && highest(p) >= 3.1 - p.scale / 2);
    assert_in_range(p.zero_point + 128, 0, 255);
    const float zero = 0;
    float rounded = 1;
    wick_quant_round(&p, &zero, &rounded, 1);
    assert_true(rounded == 0);
}

static void test_positive_values_use_all_steps(void **state)
{
    (void)state;
    const float data[] = {0.5f, 8.0f};
    const wick_quant_values values = values_of(data, 2);
    for (int i = 0; i < WICK_OBSERVER_COUNT; i++) {
        assert_int_equal(wick_observe((wick_observer)i, &values).zero_point, INT8_MIN);
    }
}

static void test_zeros_constants_and_extremes_give_a_scale_above_0(void **state)
{
    (void)state;
    static const float cases[][2] = {{0, 0},          {5, 5},          {-5, -5},
                                     {3e38f, -3e38f}, {1e-44f, 0},     {-1e-38f, 1e-38f},
                                     {1e-20f, 3e38f}, {-0.0f, -1e-30f}};
    for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
        const wick_quant_values values = values_of(cases[k], 2);
        for (int i = 0; i < WICK_OBSERVER_COUNT; i++) {
            const wick_quant_params p = wick_observe((wick_observer)i, &values);
            assert_true(p.scale >= 0x1p-126 && p.scale < 0x1p126);
            assert_in_range(p.zero_point + 128, 0, 255);
        }
    }
}

static void test_values_that_are_not_finite_are_found(void **state)
{
    (void)state;
    const float data[] = {1, -2, NAN, INFINITY};
    float low;
    float high;
    size_t where = 9;
    assert_false(wick_quant_bounds(data, 4, &low, &high, &where));
    assert_int_equal(where, 2);
    assert_false(wick_quant_bounds(data + 3, 1, &low, &high, &where));
    assert_true(wick_quant_bounds(data, 2, &low, &high, &where));
    assert_true(low == -2 && high == 1);
}

static void test_an_outlier_is_clipped_where_that_pays(void **state)
{
    (void)state;
    static float data[COUNT];
    fill_with_outlier(data);
    const wick_quant_values values = values_of(data, COUNT);
    const wick_quant_params all = wick_observe(WICK_OBSERVER_MINMAX, &values);
    const wick_quant_params least = wick_observe(WICK_OBSERVER_MSE, &values);
    const wick_quant_params most = wick_observe(WICK_OBSERVER_PERCENTILE, &values);
    assert_true(highest(all) > 99);
    assert_true(squared_error(least, data, COUNT) <= squared_error(all, data, COUNT));
    // One in 10,000 of 4,000 values is none: only the histogram's bin is lost.
    assert_true(highest(most) > 90);
    assert_int_equal(wick_quant_clipped(&all, data, COUNT), 0);
}

static void test_percentile_leaves_out_one_in_ten_thousand(void **state)
{
    (void)state;
    static float data[20 * COUNT];
    for (size_t i = 0; i < 20 * COUNT; i++) {
        data[i] = (float)(i % 1000) / 1000;
    }
    data[7] = 1000;
    const wick_quant_values values = values_of(data, 20 * COUNT);
    assert_true(highest(wick_observe(WICK_OBSERVER_MINMAX, &values)) > 999);
    assert_true(highest(wick_observe(WICK_OBSERVER_PERCENTILE, &values)) < 2);
    assert_true(highest(wick_observe(WICK_OBSERVER_ENTROPY, &values)) < 999);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_minmax_reaches_all_values_and_zero_is_a_step),
        cmocka_unit_test(test_positive_values_use_all_steps),
        cmocka_unit_test(test_zeros_constants_and_extremes_give_a_scale_above_0),
        cmocka_unit_test(test_values_that_are_not_finite_are_found),
        cmocka_unit_test(test_an_outlier_is_clipped_where_that_pays),
        cmocka_unit_test(test_percentile_leaves_out_one_in_ten_thousand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
