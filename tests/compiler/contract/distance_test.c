// SPDX-License-Identifier: BSD-3-Clause
// Runs each kernel with its result over its input at exactly the safe distance and compares with
// separate buffers; a byte or a pixel nearer must break most shapes, so that no distance is
// wasteful.
#include "compiler/contract/distance.h"

#include "kernels/quant/conv2d_s16.h"
#include "kernels/quant/linear_s8.h"
#include "kernels/quant/quantize.h"
#include "wick/tensor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// cmocka needs the four headers above before it.
#include <cmocka.h>

enum { ROUNDS = 400, MAX_CHANNELS = 40, MAX_BYTES = 1 << 16 };

static uint32_t random_state = 7;

static int32_t random_in(int32_t low, int32_t high)
{
    random_state = random_state * 1664525u + 1013904223u;
    return low + (int32_t)((random_state >> 8) % (uint32_t)(high - low + 1));
}

static void fill(int8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        bytes[i] = (int8_t)random_in(-128, 127);
    }
}

// One operator call on one shape.
typedef struct trial {
    wick_quant_conv_params conv;
    wick_quant_linear_params linear;
    wick_pool2d_nhwc_params pool;
    size_t input_bytes, out_bytes;
    size_t pixel_bytes; // of the result
    ptrdiff_t width;    // bytes of an element
    wick_distance distance;
    const int8_t *residual; // NULL: none
    void (*run)(const struct trial *trial, const int8_t *input, int8_t *out);
} trial;

static int8_t weights[MAX_BYTES];
static int32_t multipliers[MAX_CHANNELS];
static int32_t shifts[MAX_CHANNELS];

// a + b as they are.
static const wick_quant_residual plain_sum = {
    .a = {0, {1 << 30, 1}},
    .b = {0, {1 << 30, 1}},
    .out_scale = {1 << 30, -19},
    .range = {.offset = 0, .minimum = -128, .maximum = 127},
};

static wick_quant_conv_data data_of(const trial *t, const int8_t *input, int8_t *out)
{
    return (wick_quant_conv_data){.input = input,
                                  .weight = weights,
                                  .multipliers = multipliers,
                                  .shifts = shifts,
                                  .residual = t->residual,
                                  .sum = &plain_sum,
                                  .out = out};
}

static void run_conv(const trial *t, const int8_t *input, int8_t *out)
{
    const wick_quant_conv_data data = data_of(t, input, out);
    wick_conv2d_s8(&t->conv, &data);
}

static void run_depthwise(const trial *t, const int8_t *input, int8_t *out)
{
    const wick_quant_conv_data data = data_of(t, input, out);
    wick_depthwise_conv2d_s8(&t->conv, &data);
}

static void run_transposed(const trial *t, const int8_t *input, int8_t *out)
{
    const wick_quant_conv_data data = data_of(t, input, out);
    wick_transpose_conv2d_s8(&t->conv, &data);
}

static void run_conv_s16(const trial *t, const int8_t *input, int8_t *out)
{
    static const int32_t no_bias[MAX_CHANNELS];
    const void *const wide_input = input;
    void *const wide_out = out;
    const wick_quant_conv_s16_data data = {.input = wide_input,
                                           .weight = weights,
                                           .bias = no_bias,
                                           .multipliers = multipliers,
                                           .shifts = shifts,
                                           .out = wide_out};
    if (t->conv.groups == t->conv.in_channels && t->conv.groups > 1) {
        wick_depthwise_conv2d_s16(&t->conv, &data);
    } else {
        wick_conv2d_s16(&t->conv, &data);
    }
}

static void run_linear(const trial *t, const int8_t *input, int8_t *out)
{
    const wick_quant_linear_data data = {.input = input,
                                         .weight = weights,
                                         .multipliers = multipliers,
                                         .shifts = shifts,
                                         .residual = t->residual,
                                         .sum = &plain_sum,
                                         .out = out};
    wick_linear_s8(&t->linear, &data);
}

static void run_pool(const trial *t, const int8_t *input, int8_t *out)
{
    wick_pool2d_max_nhwc_s8(&t->pool, input, out);
}

// Padding before and after may differ: the size of the result is free.
static wick_quant_axis random_axis(bool is_transposed)
{
    wick_quant_axis axis = {.in = random_in(1, 9),
                            .kernel = random_in(1, 4),
                            .stride = random_in(1, 3),
                            .dilation = random_in(1, 2)};
    const int32_t reach = (axis.kernel - 1) * axis.dilation;
    axis.padding = random_in(0, reach);
    const int32_t room = axis.in + axis.padding + random_in(0, reach) - reach - 1;
    axis.out = is_transposed ? (axis.in - 1) * axis.stride + reach + 1 - axis.padding
                             : (room < 0 ? 0 : room / axis.stride + 1);
    axis.out = axis.out < 1 ? 1 : axis.out;
    wick_quant_axis_set_steps(&axis, is_transposed);
    return axis;
}

static trial conv_trial(wick_window_kind kind)
{
    trial t = {.width = 1,
               .run = kind == WICK_WINDOW_DENSE       ? run_conv
                      : kind == WICK_WINDOW_DEPTHWISE ? run_depthwise
                                                      : run_transposed};
    wick_quant_conv_params *p = &t.conv;
    p->batch = random_in(1, 2);
    p->groups = 1;
    p->in_channels = random_in(1, 20);
    p->out_channels = kind == WICK_WINDOW_DEPTHWISE ? p->in_channels * random_in(1, 2)
                                                    : random_in(1, MAX_CHANNELS);
    if (kind == WICK_WINDOW_DENSE && p->in_channels % 2 == 0 && p->out_channels % 2 == 0) {
        p->groups = random_in(1, 2);
    }
    p->height = random_axis(kind == WICK_WINDOW_TRANSPOSED);
    p->width = random_axis(kind == WICK_WINDOW_TRANSPOSED);
    p->input_offset = random_in(-128, 128);
    p->range = (wick_quant_range){.offset = 3, .minimum = -128, .maximum = 127};
    t.pixel_bytes = (size_t)p->out_channels;
    t.input_bytes = (size_t)(p->batch * p->height.in * p->width.in * p->in_channels);
    t.out_bytes = (size_t)(p->batch * p->height.out * p->width.out * p->out_channels);
    t.distance = wick_distance_windows(p, kind);
    return t;
}

static trial dense_trial(void)
{
    return conv_trial(WICK_WINDOW_DENSE);
}

static trial depthwise_trial(void)
{
    return conv_trial(WICK_WINDOW_DEPTHWISE);
}

static trial transposed_trial(void)
{
    return conv_trial(WICK_WINDOW_TRANSPOSED);
}

// Dense or depthwise, with elements of 16 bits: all distances double.
static trial wide_trial(void)
{
    trial t = conv_trial(random_in(0, 1) ? WICK_WINDOW_DENSE : WICK_WINDOW_DEPTHWISE);
    const bool is_depthwise = t.run == run_depthwise;
    t.conv.groups = is_depthwise ? t.conv.in_channels : 1;
    t.conv.range = (wick_quant_range){.offset = 0, .minimum = -32768, .maximum = 32767};
    t.distance = wick_distance_windows(
        &t.conv, is_depthwise && t.conv.groups > 1 ? WICK_WINDOW_DEPTHWISE : WICK_WINDOW_DENSE);
    t.run = run_conv_s16;
    t.width = 2;
    t.distance.forward_bytes *= t.width;
    t.distance.backward_bytes *= t.width;
    t.input_bytes *= 2;
    t.out_bytes *= 2;
    t.pixel_bytes *= 2;
    return t;
}

static trial linear_trial(void)
{
    trial t = {.run = run_linear, .width = 1};
    t.linear = (wick_quant_linear_params){.rows = random_in(1, 20),
                                          .depth = random_in(1, 40),
                                          .cols = random_in(1, MAX_CHANNELS),
                                          .scale_step = 1,
                                          .range = {.offset = 0, .minimum = -128, .maximum = 127}};
    t.pixel_bytes = (size_t)t.linear.cols;
    t.input_bytes = (size_t)(t.linear.rows * t.linear.depth);
    t.out_bytes = (size_t)(t.linear.rows * t.linear.cols);
    t.distance = wick_distance_rows(t.linear.rows, t.linear.depth, t.linear.cols);
    return t;
}

static trial pool_trial(void)
{
    trial t = {.run = run_pool, .width = 1};
    wick_pool2d_nhwc_params *p = &t.pool;
    p->batch = random_in(1, 2);
    p->channels = random_in(1, 20);
    p->height = random_axis(false);
    p->width = random_axis(false);
    p->range = (wick_quant_range){.offset = 0, .minimum = -128, .maximum = 127};
    t.pixel_bytes = (size_t)p->channels;
    t.input_bytes = (size_t)(p->batch * p->height.in * p->width.in * p->channels);
    t.out_bytes = (size_t)(p->batch * p->height.out * p->width.out * p->channels);
    t.distance = wick_distance_pool(p);
    return t;
}

// Whether the result is right with the input `distance` bytes above the result's start.
static bool survives(const trial *t, const int8_t *input, const int8_t *expected,
                     ptrdiff_t distance)
{
    static _Alignas(16) int8_t shared[2 * MAX_BYTES];
    const ptrdiff_t out_at = distance < 0 ? -distance : 0;
    const ptrdiff_t input_at = distance < 0 ? 0 : distance;
    memcpy(shared + input_at, input, t->input_bytes);
    t->run(t, shared + input_at, shared + out_at);
    return memcmp(shared + out_at, expected, t->out_bytes) == 0;
}

static bool fits(const trial *t)
{
    return t->input_bytes <= MAX_BYTES / 2 && t->out_bytes <= MAX_BYTES / 2;
}

typedef struct tally {
    uint32_t tried, broken; // a byte or a pixel too near
} tally;

// Any greater distance is safe too.
static void check_distance(const trial *t, const int8_t *input, const int8_t *expected,
                           int64_t bytes, int sign, tally *seen)
{
    assert_true(bytes >= 0 && bytes < MAX_BYTES);
    const ptrdiff_t distance = (ptrdiff_t)bytes;
    assert_true(survives(t, input, expected, sign * distance));
    assert_true(survives(t, input, expected, sign * (distance + t->width)));
    assert_true(survives(t, input, expected, sign * (distance + t->width * random_in(2, 300))));
    const ptrdiff_t nearer = sign * (distance - (ptrdiff_t)t->pixel_bytes);
    const bool is_wide = survives(t, input, expected, sign * (distance - t->width)) &&
                         survives(t, input, expected, nearer);
    seen->tried++;
    seen->broken += !is_wide;
}

static void check_all(trial (*make)(void))
{
    static _Alignas(16) int8_t input[MAX_BYTES];
    static _Alignas(16) int8_t expected[MAX_BYTES];
    tally forward = {0, 0};
    tally backward = {0, 0};
    for (uint32_t round = 0; round < ROUNDS; round++) {
        trial t = make();
        if (!fits(&t)) {
            continue;
        }
        fill(input, t.input_bytes);
        fill(weights, sizeof weights);
        t.run(&t, input, expected);
        check_distance(&t, input, expected, t.distance.forward_bytes, 1, &forward);
        t.conv.is_backward = t.linear.is_backward = t.pool.is_backward = 1;
        assert_true(survives(&t, input, expected, MAX_BYTES / 2)); // the same result
        check_distance(&t, input, expected, t.distance.backward_bytes, -1, &backward);
    }
    print_message("forward: %u of %u break when nearer; backward: %u of %u\n", forward.broken,
                  forward.tried, backward.broken, backward.tried);
    assert_true(forward.broken > forward.tried / 3);
    assert_true(backward.broken > backward.tried / 3);
}

static void test_distance_conv2d_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(dense_trial);
}

static void test_distance_depthwise_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(depthwise_trial);
}

static void test_distance_transposed_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(transposed_trial);
}

static void test_distance_16_bits_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(wide_trial);
}

static void test_distance_linear_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(linear_trial);
}

static void test_distance_max_pool_is_safe_and_tight(void **state)
{
    (void)state;
    check_all(pool_trial);
}

// The residual lies exactly where the result goes, in both orders.
static void test_distance_residual_may_lie_under_the_result(void **state)
{
    (void)state;
    static trial (*const makers[])(void) = {dense_trial, depthwise_trial, transposed_trial,
                                            linear_trial};
    static _Alignas(16) int8_t input[MAX_BYTES];
    static int8_t residual[MAX_BYTES];
    static _Alignas(16) int8_t expected[MAX_BYTES];
    static int8_t result[MAX_BYTES];
    for (uint32_t round = 0; round < ROUNDS; round++) {
        trial t = makers[round % 4]();
        if (!fits(&t)) {
            continue;
        }
        t.conv.is_backward = t.linear.is_backward = random_in(0, 1);
        fill(input, t.input_bytes);
        fill(weights, sizeof weights);
        fill(residual, t.out_bytes);
        memcpy(result, residual, t.out_bytes);
        t.residual = residual;
        t.run(&t, input, expected);
        t.residual = result;
        t.run(&t, input, result);
        assert_memory_equal(result, expected, t.out_bytes);
    }
}

static void test_distance_elements_grow_with_the_type(void **state)
{
    (void)state;
    assert_int_equal(wick_distance_elements(10, 1, 1).forward_bytes, 0);
    assert_int_equal(wick_distance_elements(10, 4, 1).forward_bytes, 0);
    assert_int_equal(wick_distance_elements(10, 1, 4).forward_bytes, 30);
}

// Between float32 and int8, over each other at exactly the distance.
static void test_distance_conversions_may_overlap(void **state)
{
    (void)state;
    enum { COUNT = 100 };
    static float shared[COUNT + 1];
    int8_t steps[COUNT];
    float expected[COUNT];
    const wick_quantize_params p = {.count = COUNT,
                                    .dtype = WICK_INT8,
                                    .zero_point = 3,
                                    .minimum = -128,
                                    .maximum = 127,
                                    .factor = 0.5f};
    fill(steps, COUNT);
    wick_dequantize_f32(&p, steps, expected);
    int8_t *tail = (int8_t *)shared + wick_distance_elements(COUNT, 1, 4).forward_bytes;
    memcpy(tail, steps, COUNT);
    wick_dequantize_f32(&p, tail, shared);
    assert_memory_equal(shared, expected, sizeof expected);
    int8_t back[COUNT];
    wick_quantize_f32(&p, expected, back);
    assert_int_equal(wick_distance_elements(COUNT, 4, 1).forward_bytes, 0);
    wick_quantize_f32(&p, shared, shared);
    assert_memory_equal(shared, back, sizeof back);
}

int main(void)
{
    for (int32_t i = 0; i < MAX_CHANNELS; i++) {
        multipliers[i] = (1 << 30) + i;
        shifts[i] = -5;
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distance_conv2d_is_safe_and_tight),
        cmocka_unit_test(test_distance_depthwise_is_safe_and_tight),
        cmocka_unit_test(test_distance_transposed_is_safe_and_tight),
        cmocka_unit_test(test_distance_16_bits_is_safe_and_tight),
        cmocka_unit_test(test_distance_linear_is_safe_and_tight),
        cmocka_unit_test(test_distance_max_pool_is_safe_and_tight),
        cmocka_unit_test(test_distance_residual_may_lie_under_the_result),
        cmocka_unit_test(test_distance_conversions_may_overlap),
        cmocka_unit_test(test_distance_elements_grow_with_the_type),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
