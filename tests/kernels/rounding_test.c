// SPDX-License-Identifier: BSD-3-Clause
// trunc, floor and fmod against the hosted library: equal bits, over random pairs of all
// magnitudes.
#include "kernels/elementwise/numbers.h"
#include "kernels/math/rounding.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state ^ *state >> 15;
}

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static bool is_same(float a, float b)
{
    return (isnan(a) && isnan(b)) || (a == b && !signbit(a) == !signbit(b));
}

static void test_trunc_and_floor_equal_library(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 4099) {
        const float x = float_of((uint32_t)bits);
        assert_true(is_same(wick_trunc_f32(x), truncf(x)));
        // floor(-0.5 .. -0) may give either zero in C; here too -0 stays -0
        assert_true(wick_floor_f32(x) == floorf(x) || isnan(x));
    }
}

static void test_rint_equals_library(void **state)
{
    (void)state;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += 4099) {
        const float x = float_of((uint32_t)bits);
        assert_true(is_same(wick_rint_f32(x), rintf(x)));
    }
    for (int i = -2050; i <= 2050; i++) { // quarters, halves among them
        assert_true(is_same(wick_rint_f32(0.25f * (float)i), rintf(0.25f * (float)i)));
        const float large = 4194304.5f + (float)i;
        assert_true(is_same(wick_rint_f32(large), rintf(large)));
    }
}

static void test_fmod_equals_library(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int i = 0; i < 1000000; i++) {
        const float a = float_of(next_random(&seed));
        const uint32_t near = (next_random(&seed) & 0x0fffffffu) + (i % 2 != 0 ? 0x38000000u : 0);
        const float b = i % 3 != 0 ? float_of(next_random(&seed)) : float_of(near);
        if (!is_same(wick_fmod_f32(a, b), fmodf(a, b))) {
            fail_msg("fmod(%a, %a) gives %a", (double)a, (double)b, (double)wick_fmod_f32(a, b));
        }
    }
    const float edges[] = {0.0f, -0.0f, 1e-45f, 1.0f, INFINITY, -INFINITY, NAN, 3.4e38f, 1.2e-38f};
    for (size_t i = 0; i < 81; i++) {
        const float a = edges[i / 9];
        const float b = edges[i % 9];
        assert_true(is_same(wick_fmod_f32(a, b), fmodf(a, b)));
    }
}

static void test_integer_quotients_at_the_edges_wrap(void **state)
{
    (void)state;
    assert_true(wick_quotient_trunc_i64(INT64_MIN, -1) == INT64_MIN);
    assert_true(wick_quotient_floor_i64(INT64_MIN, -1) == INT64_MIN);
    assert_true(wick_quotient_floor_i64(-7, 2) == -4);
    assert_true(wick_quotient_floor_i64(7, -2) == -4);
    assert_true(wick_quotient_floor_i64(-8, 2) == -4);
    assert_true(wick_quotient_trunc_i64(-7, 2) == -3);
    assert_true(wick_sum_i64(INT64_MAX, 1, 1) == INT64_MIN);
}

static void test_float_quotient_rounds_the_exact_one_down(void **state)
{
    (void)state;
    assert_true(wick_quotient_floor_f32(1.0f, 0.1f) == 9.0f); // 0.1f is above 0.1
    assert_true(wick_quotient_floor_f32(-1.0f, 3.0f) == -1.0f);
    assert_true(is_same(wick_quotient_floor_f32(1.0f, 0.0f), INFINITY));
    assert_true(is_same(wick_quotient_floor_f32(0.0f, 0.0f), NAN));
    assert_true(is_same(wick_quotient_floor_f32(-0.0f, 2.0f), -0.0f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_trunc_and_floor_equal_library),
        cmocka_unit_test(test_rint_equals_library),
        cmocka_unit_test(test_fmod_equals_library),
        cmocka_unit_test(test_integer_quotients_at_the_edges_wrap),
        cmocka_unit_test(test_float_quotient_rounds_the_exact_one_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
