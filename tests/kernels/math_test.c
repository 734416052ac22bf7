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

// Every row: a function, the host's, and the bound of docs/math.md.
typedef struct row {
    const char *name;
    float (*function)(float);
    double (*truth)(double);
    double bound_ulp;
} row;

static const row rows[] = {
    {"exp", wick_exp_f32, exp, 0.97},      {"log", wick_log_f32, log, 0.85},
    {"tanh", wick_tanh_f32, tanh, 1.34},   {"erf", wick_erf_f32, erf, 1.3},
    {"sqrt", wick_sqrt_f32, sqrt, 0.5},    {"expm1", wick_expm1_f32, expm1, 1.6},
    {"exp2", wick_exp2_f32, exp2, 1.2},    {"log2", wick_log2_f32, log2, 1.2},
    {"log10", wick_log10_f32, log10, 1.2}, {"log1p", wick_log1p_f32, log1p, 1.6},
    {"sin", wick_sin_f32, sin, 1.7},       {"cos", wick_cos_f32, cos, 1.7},
    {"tan", wick_tan_f32, tan, 3.4},       {"asin", wick_asin_f32, asin, 2.7},
    {"acos", wick_acos_f32, acos, 1.4},    {"atan", wick_atan_f32, atan, 2.0},
    {"sinh", wick_sinh_f32, sinh, 2.6},    {"cosh", wick_cosh_f32, cosh, 2.6},
    {"asinh", wick_asinh_f32, asinh, 2.4}, {"acosh", wick_acosh_f32, acosh, 2.4},
    {"atanh", wick_atanh_f32, atanh, 2.4}, {"erfc", wick_erfc_f32, erfc, 5.0},
};

static void test_functions_all_within_bound(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        print_message("%s\n", rows[i].name);
        check(rows[i].function, rows[i].truth, rows[i].bound_ulp);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8 ^ *seed << 16;
}

static void check_pair(float a, float b)
{
    const double power = ulp_error(wick_pow_f32(a, b), pow((double)a, (double)b));
    const double angle = ulp_error(wick_atan2_f32(a, b), atan2((double)a, (double)b));
    if (power > 1.4 || angle > 2.6) {
        fail_msg("%a and %a: pow %g ULP, atan2 %g ULP", (double)a, (double)b, power, angle);
    }
}

static void test_pow_and_atan2_within_bound(void **state)
{
    (void)state;
    static const float special[] = {0.0f, -0.0f, INFINITY, -INFINITY, NAN,  1.0f,  -1.0f,
                                    2.0f, -2.0f, 3.0f,     -3.0f,     0.5f, -0.5f, 0x1p+24f};
    const size_t count = sizeof special / sizeof special[0];
    for (size_t i = 0; i < count * count; i++) {
        check_pair(special[i / count], special[i % count]);
    }
    uint32_t seed = 1;
    for (uint32_t i = 0; i < 800000; i++) {
        const float a = float_of(next_random(&seed));
        const float small = (float)(int32_t)(next_random(&seed) % 4001) * 0.01f - 20.0f;
        check_pair(a, float_of(next_random(&seed)));
        check_pair(fabsf(a), small / 16);
        check_pair(fabsf(small), small + a * 0);
        check_pair(1.0f + 0x1p-23f * (float)(i % 64), small * 1e5f);
    }
}

// In double: sum of (x/2)^(2k + order) / (k! (k + order)!).
static double bessel(double x, int order)
{
    double term = order == 0 ? 1 : x / 2;
    double sum = term;
    for (int k = 1; k < 400; k++) {
        term *= x * x / 4 / k / (k + order);
        sum += term;
    }
    return sum;
}

static double digamma(double x)
{
    double sum = 0;
    for (; x < 40; x += 1) {
        sum -= 1 / x;
    }
    const double z = 1 / (x * x);
    return sum + log(x) - 0.5 / x - z * (1.0 / 12 - z * (1.0 / 120 - z / 252));
}

static void check_close(const char *name, float x, float got, double want, double bound)
{
    const double error = fabs((double)got - want) / fmax(1, fabs(want));
    if (!(error <= bound) && !((double)got == want)) {
        fail_msg("%s(%a) gives %.9g, not %.9g", name, (double)x, (double)got, want);
    }
}

// Relative to 1 or the value: they have roots away from 0, or no function of the host's.
static void test_other_functions_within_bound(void **state)
{
    (void)state;
    for (int i = 1; i < 40000; i++) {
        const float x = (float)i * 0.0005f;
        const double d = (double)x;
        check_close("lgamma", x, wick_lgamma_f32(x), lgamma(d), 6e-7);
        check_close("lgamma", -x, wick_lgamma_f32(-x), lgamma(-d), 4e-6);
        check_close("digamma", x, wick_digamma_f32(x), digamma(d), 1e-6);
        check_close("i0e", x, wick_i0e_f32(x), bessel(d, 0) * exp(-d), 4e-7);
        check_close("i1e", x, wick_i1e_f32(-x), -bessel(d, 1) * exp(-d), 4e-7);
        check_close("i0", x, wick_i0_f32(x), bessel(d, 0), 6e-7);
        check_close("i1", x, wick_i1_f32(x), bessel(d, 1), 6e-7);
        check_close("erfcx", x, wick_erfcx_f32(x), exp(d * d) * erfc(d), 1e-6);
        const float y = (float)i / 40000.0f;
        const double root = (double)wick_erfinv_f32(y);
        const double slope = exp(-root * root) * 1.1283791670955126; // of erf there
        check_close("erfinv", y, (float)root, root - (erf(root) - (double)y) / slope, 5e-7);
        const double quantile = (double)wick_ndtri_f32(y);
        const double density = exp(-0.5 * quantile * quantile) * 0.3989422804014327;
        const double rest = 0.5 * erfc(-quantile * 0.7071067811865476) - (double)y;
        check_close("ndtri", y, (float)quantile, quantile - rest / density, 1e-6);
    }
    check_close("zeta", 2.0f, wick_zeta_f32(2.0f, 1.0f), 1.6449340668482264, 1e-6);
    check_close("zeta", 4.0f, wick_zeta_f32(4.0f, 1.0f), 1.0823232337111382, 1e-6);
    check_close("zeta", 2.0f, wick_zeta_f32(2.0f, 0.5f), 4.934802200544679, 1e-6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_functions_all_within_bound),
        cmocka_unit_test(test_pow_and_atan2_within_bound),
        cmocka_unit_test(test_other_functions_within_bound),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
