// SPDX-License-Identifier: BSD-3-Clause
// Sums, maxima, softmax and batch norm on strided rows: accuracy over long sums, empty rows, NaN
// and infinities.
#include "kernels/norm/batch_norm.h"
#include "kernels/reduce/reduce.h"
#include "kernels/softmax/softmax.h"
#include "support/guarded.h"

// Reduces the middle of [outer, count, inner].
static wick_reduce_params middle(int32_t outer, int32_t count, int32_t inner)
{
    return (wick_reduce_params){
        .kept = 2,
        .reduced = 1,
        .in_dtype = WICK_FLOAT32,
        .out_dtype = WICK_FLOAT32,
        .dims = {{outer, count * inner, inner}, {inner, 1, 1}, {count, inner, 0}},
    };
}

static void check_sum(int32_t outer, int32_t count, int32_t inner, bool is_mean)
{
    uint32_t state = 11;
    wick_reduce_params p = middle(outer, count, inner);
    p.is_mean = is_mean;
    float *const input = random_floats((size_t)(outer * count * inner), &state);
    float *const out = guarded_floats((size_t)(outer * inner));
    wick_reduce_sum(&p, input, out);
    for (int32_t i = 0; i < outer * inner; i++) {
        double sum = 0, magnitude = 0;
        for (int32_t k = 0; k < count; k++) {
            const double value = (double)input[(i / inner * count + k) * inner + i % inner];
            sum += value;
            magnitude += fabs(value);
        }
        const double divisor = is_mean ? count : 1;
        if (is_mean && count == 0) {
            assert_true(isnan(out[i]));
        } else {
            check_close(out[i], sum / divisor, magnitude / divisor, 36 * 0x1p-24);
        }
    }
    guarded_free(out, (size_t)(outer * inner));
    free(input);
}

static void test_sum_and_mean_equal_sum_in_double(void **state)
{
    (void)state;
    static const int32_t counts[] = {0, 1, 2, 3, 4, 5, 127, 128, 129, 1000};
    for (size_t i = 0; i < 10; i++) {
        for (int32_t inner = 0; inner <= 3; inner++) {
            check_sum(2, counts[i], inner, false);
            check_sum(3, counts[i], inner, true);
        }
    }
}

static void test_sum_of_equals_does_not_drift(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    float *const input = malloc(COUNT * sizeof *input);
    for (int i = 0; i < COUNT; i++) {
        input[i] = 0.1f;
    }
    float out[1];
    const wick_reduce_params p = middle(1, COUNT, 1);
    wick_reduce_sum(&p, input, out);
    check_close(out[0], COUNT * (double)0.1f, COUNT * 0.1, 1e-6);
    free(input);
}

static void test_sum_keeps_infinity_and_nan(void **state)
{
    (void)state;
    float input[300] = {0};
    input[5] = INFINITY;
    float out[1];
    const wick_reduce_params p = middle(1, 300, 1);
    wick_reduce_sum(&p, input, out);
    assert_true(out[0] == INFINITY);
    input[200] = -INFINITY;
    wick_reduce_sum(&p, input, out);
    assert_true(isnan(out[0]));
}

static void test_max_takes_first_of_equals_and_first_nan(void **state)
{
    (void)state;
    const float input[10] = {1, 3, 2, 3, -1, 1, NAN, 5, NAN, INFINITY};
    const wick_reduce_params p = middle(2, 5, 1);
    float out[2];
    int64_t index[2];
    wick_reduce_extreme(&p, input, out);
    wick_reduce_argmax(&p, input, index);
    assert_true(out[0] == 3 && isnan(out[1]));
    assert_int_equal(index[0], 1);
    assert_int_equal(index[1], 1);
}

static void check_softmax(int32_t count, int32_t inner, bool is_log)
{
    uint32_t state = 13;
    const wick_softmax_params p = {.kept = 1,
                                   .in_dtype = WICK_FLOAT32,
                                   .out_dtype = WICK_FLOAT32,
                                   .dims = {{inner, 1, 1}, {count, inner, inner}}};
    const size_t elements = (size_t)(count * inner);
    float *const input = random_floats(elements, &state);
    float *const out = guarded_floats(elements);
    (is_log ? wick_log_softmax : wick_softmax)(&p, input, out);
    for (int32_t i = 0; i < (int32_t)elements; i++) {
        double sum = 0;
        for (int32_t k = 0; k < count; k++) {
            sum += exp((double)input[k * inner + i % inner]);
        }
        const double x = (double)input[i];
        const double want = is_log ? x - log(sum) : exp(x) / sum;
        check_close(out[i], want, fabs(want) + (is_log ? fabs(x) : 0), 8 * 0x1p-24);
    }
    guarded_free(out, elements);
    free(input);
}

static void test_softmax_equals_formula_in_double(void **state)
{
    (void)state;
    static const int32_t counts[] = {0, 1, 2, 127, 128, 129, 1000};
    for (size_t i = 0; i < 7; i++) {
        for (int32_t inner = 1; inner <= 2; inner++) {
            check_softmax(counts[i], inner, false);
            check_softmax(counts[i], inner, true);
        }
    }
}

static void test_softmax_of_rows_without_finite_maximum(void **state)
{
    (void)state;
    const wick_softmax_params p = {.kept = 1,
                                   .in_dtype = WICK_FLOAT32,
                                   .out_dtype = WICK_FLOAT32,
                                   .dims = {{4, 2, 2}, {2, 1, 1}}};
    const float input[8] = {-INFINITY, -INFINITY, 0, NAN, INFINITY, 1, -INFINITY, 5};
    float out[8];
    wick_softmax(&p, input, out);
    for (int i = 0; i < 6; i++) {
        assert_true(isnan(out[i]));
    }
    assert_true(out[6] == 0 && out[7] == 1);
}

static void test_batch_norm_uses_its_channel(void **state)
{
    (void)state;
    // [2, 3, 4] seen channel first
    const wick_batch_norm_params p = {.rank = 3,
                                      .dtype = WICK_FLOAT32,
                                      .param_dtype = WICK_FLOAT32,
                                      .epsilon = 0.25f,
                                      .dims = {{3, 4, 4}, {2, 12, 12}, {4, 1, 1}}};
    uint32_t seed = 17;
    float *const input = random_floats(24, &seed);
    const float weight[3] = {1, -2, 0.5f}, bias[3] = {0, 3, -1}, mean[3] = {0.5f, -0.25f, 0},
                variance[3] = {1, 0, 4};
    float *const out = guarded_floats(24);
    const wick_batch_norm_data data = {input, weight, bias, mean, variance, out};
    wick_batch_norm(&p, &data);
    for (int i = 0; i < 24; i++) {
        const int c = i / 4 % 3;
        const double scale = (double)weight[c] / sqrt((double)variance[c] + 0.25);
        const double want = ((double)input[i] - (double)mean[c]) * scale + (double)bias[c];
        const double magnitude =
            (fabs((double)input[i]) + fabs((double)mean[c])) * fabs(scale) + fabs((double)bias[c]);
        check_close(out[i], want, magnitude, 6 * 0x1p-24);
    }
    guarded_free(out, 24);
    free(input);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sum_and_mean_equal_sum_in_double),
        cmocka_unit_test(test_sum_of_equals_does_not_drift),
        cmocka_unit_test(test_sum_keeps_infinity_and_nan),
        cmocka_unit_test(test_max_takes_first_of_equals_and_first_nan),
        cmocka_unit_test(test_softmax_equals_formula_in_double),
        cmocka_unit_test(test_softmax_of_rows_without_finite_maximum),
        cmocka_unit_test(test_batch_norm_uses_its_channel),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
