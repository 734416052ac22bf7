// SPDX-License-Identifier: BSD-3-Clause
// Elementwise kernels at the edges of their chunks, on every path: direct, converted, broadcast,
// wrapped.
#include "base/half.h"
#include "kernels/elementwise/binary.h"
#include "kernels/elementwise/unary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

enum { MOST = 67, GUARD = 0x5a };

static const uint32_t counts[] = {0, 1, 15, 16, 17, 31, 32, 33, 64, 65, MOST};

static void test_unary_every_count_stays_inside(void **state)
{
    (void)state;
    for (size_t n = 0; n < sizeof counts / sizeof counts[0]; n++) {
        uint16_t in[MOST];
        uint16_t out[MOST + 1];
        memset(out, GUARD, sizeof out);
        for (uint32_t i = 0; i < counts[n]; i++) {
            in[i] = wick_f16_from_f32((float)i - 20.5f);
        }
        const wick_unary plan = {counts[n], WICK_FLOAT16, WICK_FLOAT16, WICK_FLOAT16};
        wick_unary_run_f32(&plan, wick_relu_f32, NULL, in, out);
        for (uint32_t i = 0; i < counts[n]; i++) {
            assert_true(wick_f32_from_f16(out[i]) == (i < 21 ? 0.0f : (float)i - 20.5f));
        }
        assert_int_equal(out[counts[n]], GUARD << 8 | GUARD);
    }
}

static void test_clamp_keeps_nan_and_prefers_max(void **state)
{
    (void)state;
    const float in[] = {NAN, -2.0f, 5.0f, INFINITY, -INFINITY};
    const float bounds[] = {3.0f, 1.0f};
    float out[5];
    wick_clamp_f32(bounds, 5, in, out);
    assert_true(isnan(out[0]));
    for (int i = 1; i < 5; i++) {
        assert_true(out[i] == 1.0f);
    }
}

static void test_binary_mixed_types_in_chunks(void **state)
{
    (void)state;
    for (size_t n = 1; n < sizeof counts / sizeof counts[0]; n++) {
        int8_t a[MOST];
        float b[MOST];
        float out[MOST + 1];
        for (uint32_t i = 0; i < counts[n]; i++) {
            a[i] = (int8_t)(i - 30);
            b[i] = 0.5f * (float)i;
        }
        out[counts[n]] = 123.0f;
        const wick_binary plan = {{1, {(int32_t)counts[n]}, {{1}, {1}}},
                                  {WICK_INT8, WICK_FLOAT32},
                                  WICK_FLOAT32,
                                  WICK_FLOAT32,
                                  false};
        wick_binary_run_f32(&plan, wick_add_f32, NULL, &(wick_binary_data){{a, b}, out});
        for (uint32_t i = 0; i < counts[n]; i++) {
            assert_true(out[i] == (float)i * 1.5f - 30.0f);
        }
        assert_true(out[counts[n]] == 123.0f);
    }
}

static void test_binary_broadcasts_by_stride_zero(void **state)
{
    (void)state;
    const float column[2] = {10.0f, 20.0f};
    const float row[3] = {1.0f, 2.0f, 3.0f};
    float out[6];
    const wick_binary plan = {{2, {2, 3}, {{1, 0}, {0, 1}}},
                              {WICK_FLOAT32, WICK_FLOAT32},
                              WICK_FLOAT32,
                              WICK_FLOAT32,
                              false};
    wick_binary_run_f32(&plan, wick_mul_f32, NULL, &(wick_binary_data){{column, row}, out});
    const float expected[6] = {10.0f, 20.0f, 30.0f, 20.0f, 40.0f, 60.0f};
    assert_memory_equal(out, expected, sizeof out);
}

static void test_binary_wide_integer_wraps_before_it_is_compared(void **state)
{
    (void)state;
    const uint8_t a[2] = {5, 255};
    const int64_t b = -3; // 253 as uint8
    uint8_t out[2];
    const wick_binary plan = {
        {1, {2}, {{1}, {0}}}, {WICK_UINT8, WICK_INT64}, WICK_UINT8, WICK_UINT8, false};
    wick_binary_run_i64(&plan, wick_minimum_i64, NULL, &(wick_binary_data){{a, &b}, out});
    assert_int_equal(out[0], 5);
    assert_int_equal(out[1], 253);
}

static void test_binary_result_is_wrapped_to_the_common_type(void **state)
{
    (void)state;
    const int8_t a[2] = {100, -128};
    const int8_t b[2] = {100, -1};
    const int64_t scale = 1;
    int64_t out[2];
    const wick_binary plan = {
        {1, {2}, {{1}, {1}}}, {WICK_INT8, WICK_INT8}, WICK_INT8, WICK_INT64, false};
    wick_binary_run_i64(&plan, wick_add_scaled_i64, &scale, &(wick_binary_data){{a, b}, out});
    assert_true(out[0] == -56);
    assert_true(out[1] == 127);
}

static void test_real_to_integer_saturates_and_nan_is_zero(void **state)
{
    (void)state;
    const float in[] = {NAN, INFINITY, -INFINITY, -1.9f, 1e30f};
    int64_t out[5];
    wick_write_f32(&(wick_elements){WICK_INT64, 1, 5}, in, out);
    const int64_t expected[] = {0, INT64_MAX, INT64_MIN, -1, INT64_MAX};
    assert_memory_equal(out, expected, sizeof out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unary_every_count_stays_inside),
        cmocka_unit_test(test_clamp_keeps_nan_and_prefers_max),
        cmocka_unit_test(test_binary_mixed_types_in_chunks),
        cmocka_unit_test(test_binary_broadcasts_by_stride_zero),
        cmocka_unit_test(test_binary_wide_integer_wraps_before_it_is_compared),
        cmocka_unit_test(test_binary_result_is_wrapped_to_the_common_type),
        cmocka_unit_test(test_real_to_integer_saturates_and_nan_is_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
