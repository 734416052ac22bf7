// SPDX-License-Identifier: BSD-3-Clause
// Error of the elementary functions against the hosted library in double, over a fixed stride of
// all 2^32 arguments (WICK_TEST_MATH_STRIDE in the environment overrides it; 1 tries every float).
#include "kernels/math/math.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static float float_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

// Distance in units of the last place of `want` as float; huge where the class (NaN, infinity,
// signed zero) differs.
static double ulp_error(float got, double want)
{
    if (isnan(want)) {
        return isnan(got) ? 0 : HUGE_VAL;
    }
    const float nearest = (float)want;
    if (isinf(nearest) || isinf(got)) {
        return nearest == got ? 0 : HUGE_VAL;
    }
    if (want == 0) {
        return got == 0 && !signbit(got) == !signbit(want) ? 0 : HUGE_VAL;
    }
    int exponent;
    frexp(want, &exponent);
    return fabs((double)got - want) / ldexp(1, (exponent < -125 ? -125 : exponent) - 24);
}

static void check_one(float (*function)(float), double (*truth)(double), double bound, float x)
{
    const double error = ulp_error(function(x), truth((double)x));
    if (error > bound) {
        fail_msg("%a gives %a: %g ULP, bound %g", (double)x, (double)function(x), error, bound);
    }
}

static void check(float (*function)(float), double (*truth)(double), double bound)
{
    const float edges[] = {
        0.0f,      -0.0f,   INFINITY, -INFINITY,   NAN,          88.722839f, 88.72284f,
        -87.3366f, -103.0f, -104.0f,  -103.97209f, 1.17549e-38f, 1e-45f,     9.0f,
    };
    for (size_t i = 0; i < sizeof edges / sizeof edges[0]; i++) {
        check_one(function, truth, bound, edges[i]);
    }
    const char *text = getenv("WICK_TEST_MATH_STRIDE");
    const uint64_t stride = text != NULL ? strtoull(text, NULL, 10) : 1009;
    for (uint64_t bits = 0; bits <= UINT32_MAX; bits += stride) {
        check_one(function, truth, bound, float_of((uint32_t)bits));
    }
}

static void test_exp_all_within_bound(void **state)
{
    (void)state;
    check(wick_exp_f32, exp, 0.97);
}

static void test_log_all_within_bound(void **state)
{
    (void)state;
    check(wick_log_f32, log, 0.85);
}

static void test_tanh_all_within_bound(void **state)
{
    (void)state;
    check(wick_tanh_f32, tanh, 1.34);
}

static void test_erf_all_within_bound(void **state)
{
    (void)state;
    check(wick_erf_f32, erf, 1.3);
}

static void test_sqrt_all_is_nearest(void **state)
{
    (void)state;
    check(wick_sqrt_f32, sqrt, 0.5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp_all_within_bound),  cmocka_unit_test(test_log_all_within_bound),
        cmocka_unit_test(test_tanh_all_within_bound), cmocka_unit_test(test_erf_all_within_bound),
        cmocka_unit_test(test_sqrt_all_is_nearest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
