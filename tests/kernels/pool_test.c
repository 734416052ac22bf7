// SPDX-License-Identifier: BSD-3-Clause
// Pooling windows against loops over every input, NaN and infinities, and the rules at the borders.
#include "kernels/element/layout.h"
#include "kernels/pool/pool.h"
#include "support/guarded.h"
#include "wick/tensor.h"

static wick_pool2d_params plane(int32_t in, int32_t kernel, int32_t stride, int32_t padding,
                                int32_t out)
{
    return (wick_pool2d_params){.batch = 1,
                                .channels = 2,
                                .in_height = in,
                                .in_width = in,
                                .out_height = out,
                                .out_width = out,
                                .kernel_height = kernel,
                                .kernel_width = kernel,
                                .stride_height = stride,
                                .stride_width = stride,
                                .padding_height = padding,
                                .padding_width = padding,
                                .dilation_height = 1,
                                .dilation_width = 1,
                                .in_order = WICK_LAYOUT_NCHW,
                                .out_order = WICK_LAYOUT_NCHW,
                                .index_order = WICK_LAYOUT_NCHW,
                                .dtype = WICK_FLOAT32,
                                .counts_padding = true};
}

static bool sees(const wick_pool2d_params *p, int32_t out, int32_t in)
{
    const int32_t offset = in - (out * p->stride_height - p->padding_height);
    return offset >= 0 && offset % p->dilation_height == 0 &&
           offset / p->dilation_height < p->kernel_height;
}

static void check_max(const wick_pool2d_params *p)
{
    uint32_t state = 3;
    const int32_t in = p->in_height, n = p->out_height;
    float *const input = random_floats((size_t)(2 * in * in), &state);
    float *const out = guarded_floats((size_t)(2 * n * n));
    int64_t *const indices = malloc((size_t)(2 * n * n) * sizeof *indices);
    wick_max_pool2d(p, input, out, indices);
    for (int32_t i = 0; i < 2 * n * n; i++) {
        const float *const channel = input + i / (n * n) * in * in;
        int64_t best = -1;
        for (int32_t k = 0; k < in * in; k++) {
            if (sees(p, i / n % n, k / in) && sees(p, i % n, k % in) &&
                (best < 0 || channel[k] > channel[best])) {
                best = k;
            }
        }
        assert_int_equal(indices[i], best);
        assert_true(out[i] == channel[best]);
    }
    guarded_free(out, (size_t)(2 * n * n));
    free(indices);
    free(input);
}

static void test_max_pool_equals_loop_over_inputs(void **state)
{
    (void)state;
    for (int32_t in = 4; in <= 9; in++) {
        for (int32_t kernel = 1; kernel <= 4; kernel++) {
            for (int32_t stride = 1; stride <= 3; stride++) {
                for (int32_t dilation = 1; dilation <= 2; dilation++) {
                    const int32_t padding = kernel / 2;
                    const int32_t extent = (kernel - 1) * dilation + 1;
                    wick_pool2d_params p = plane(in, kernel, stride, padding,
                                                 (in + 2 * padding - extent) / stride + 1);
                    p.dilation_height = p.dilation_width = dilation;
                    if (in + 2 * padding >= extent) {
                        check_max(&p);
                    }
                }
            }
        }
    }
}

static void test_max_pool_nan_wins_and_minus_infinity_has_an_index(void **state)
{
    (void)state;
    wick_pool2d_params p = plane(2, 2, 1, 0, 1);
    const float input[8] = {1, NAN, 2, NAN, -INFINITY, -INFINITY, -INFINITY, -INFINITY};
    float out[2];
    int64_t indices[2];
    wick_max_pool2d(&p, input, out, indices);
    assert_true(isnan(out[0]));
    assert_int_equal(indices[0], 3);
    assert_true(out[1] == -INFINITY);
    assert_int_equal(indices[1], 0);
}

static void check_avg(const wick_pool2d_params *p)
{
    uint32_t state = 5;
    const int32_t in = p->in_height, n = p->out_height;
    float *const input = random_floats((size_t)(2 * in * in), &state);
    float *const out = guarded_floats((size_t)(2 * n * n));
    wick_avg_pool2d(p, input, out);
    for (int32_t i = 0; i < 2 * n * n; i++) {
        const float *const channel = input + i / (n * n) * in * in;
        double sum = 0, magnitude = 0;
        int32_t seen = 0;
        for (int32_t k = 0; k < in * in; k++) {
            if (sees(p, i / n % n, k / in) && sees(p, i % n, k % in)) {
                sum += (double)channel[k];
                magnitude += fabs((double)channel[k]);
                seen++;
            }
        }
        int32_t size = p->counts_padding ? p->kernel_height * p->kernel_width : seen;
        size = p->divisor != 0 ? p->divisor : size;
        check_close(out[i], sum / size, magnitude / abs(size), 16 * 0x1p-24);
    }
    guarded_free(out, (size_t)(2 * n * n));
    free(input);
}

static void test_avg_pool_equals_loop_over_inputs(void **state)
{
    (void)state;
    for (int32_t in = 3; in <= 8; in++) {
        for (int32_t kernel = 1; kernel <= 3; kernel++) {
            for (int32_t stride = 1; stride <= 3; stride++) {
                const int32_t padding = kernel / 2;
                wick_pool2d_params p =
                    plane(in, kernel, stride, padding, (in + 2 * padding - kernel) / stride + 1);
                check_avg(&p);
                p.counts_padding = false;
                check_avg(&p);
                p.divisor = -3;
                check_avg(&p);
            }
        }
    }
}

// In ceil mode a window may reach past the padding: what lies there does not count.
static void test_avg_pool_window_past_padding_is_cut(void **state)
{
    (void)state;
    const wick_pool2d_params p = plane(3, 2, 2, 0, 2);
    const float input[18] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float out[8];
    wick_avg_pool2d(&p, input, out);
    assert_true(out[0] == 3 && out[1] == 4.5f && out[2] == 7.5f && out[3] == 9);
}

static void test_adaptive_avg_pool_windows_overlap(void **state)
{
    (void)state;
    wick_pool2d_params p = plane(3, 0, 0, 0, 2);
    p.channels = 1;
    const float input[9] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    float out[4];
    wick_adaptive_avg_pool2d(&p, input, out);
    assert_true(out[0] == 3 && out[1] == 4 && out[2] == 6 && out[3] == 7);
}

static void test_avg_pool_int64_divides_towards_zero(void **state)
{
    (void)state;
    wick_pool2d_params p = plane(2, 2, 1, 0, 1);
    p.dtype = WICK_INT64;
    const int64_t input[8] = {-1, -2, -3, -1, 5, 6, 7, 1};
    int64_t out[2];
    wick_avg_pool2d(&p, input, out);
    assert_int_equal(out[0], -1);
    assert_int_equal(out[1], 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_max_pool_equals_loop_over_inputs),
        cmocka_unit_test(test_max_pool_nan_wins_and_minus_infinity_has_an_index),
        cmocka_unit_test(test_avg_pool_equals_loop_over_inputs),
        cmocka_unit_test(test_avg_pool_window_past_padding_is_cut),
        cmocka_unit_test(test_adaptive_avg_pool_windows_overlap),
        cmocka_unit_test(test_avg_pool_int64_divides_towards_zero),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
