// SPDX-License-Identifier: BSD-3-Clause
// Every float32 convolution kernel against a direct sum in double, over small shapes around the
// edges of the fast paths.
#include "kernels/conv/conv.h"
#include "kernels/element/layout.h"
#include "support/guarded.h"
#include "wick/tensor.h"

enum { NHWC = 0 | 2 << 2 | 3 << 4 | 1 << 6 };

typedef struct tensors {
    float *input, *weight, *bias, *out;
    size_t out_count;
} tensors;

static size_t at(uint32_t order, const int32_t sizes[4], int32_t a, int32_t b, int32_t c, int32_t d)
{
    int32_t strides[4];
    wick_layout_strides(order, sizes, strides);
    return (size_t)(a * strides[0] + b * strides[1] + c * strides[2] + d * strides[3]);
}

// Whether output position `out` sees input position `in` by kernel position k.
static bool meets(const wick_conv_params *p, int32_t out, int32_t in, int32_t k, bool is_height)
{
    const int32_t stride = is_height ? p->stride_height : p->stride_width;
    const int32_t padding = is_height ? p->padding_height : p->padding_width;
    const int32_t dilation = is_height ? p->dilation_height : p->dilation_width;
    if (p->is_transposed) {
        return in * stride - padding + k * dilation == out;
    }
    return out * stride - padding + k * dilation == in;
}

typedef struct expectation {
    double sum, magnitude;
} expectation;

static void add_row(const wick_conv_params *p, const float *x, float w, const int32_t pos[2],
                    expectation *e)
{
    // pos: output column, kernel column
    for (int32_t ix = 0; ix < p->in_width; ix++) {
        if (meets(p, pos[0], ix, pos[1], false)) {
            const int32_t in[4] = {p->batch, p->in_channels, p->in_height, p->in_width};
            const double product = (double)x[at(p->in_order, in, 0, 0, 0, ix)] * (double)w;
            e->sum += product;
            e->magnitude += fabs(product);
        }
    }
}

static expectation expected(const wick_conv_params *p, const tensors *t, const int32_t o[4])
{
    const int32_t in_group = p->in_channels / p->groups;
    const int32_t out_group = p->out_channels / p->groups;
    const int32_t group = o[1] / out_group;
    const int32_t in[4] = {p->batch, p->in_channels, p->in_height, p->in_width};
    const int32_t weight[4] = {p->is_transposed ? p->in_channels : p->out_channels,
                               p->is_transposed ? out_group : in_group, p->kernel_height,
                               p->kernel_width};
    expectation e = {t->bias ? (double)t->bias[o[1]] : 0,
                     t->bias ? fabs((double)t->bias[o[1]]) : 0};
    for (int32_t c = 0; c < in_group; c++) {
        const int32_t channel = group * in_group + c;
        for (int32_t k = 0; k < p->kernel_height * p->kernel_width; k++) {
            const int32_t ky = k / p->kernel_width, kx = k % p->kernel_width;
            const size_t w = p->is_transposed
                                 ? at(p->weight_order, weight, channel, o[1] % out_group, ky, kx)
                                 : at(p->weight_order, weight, o[1], c, ky, kx);
            for (int32_t iy = 0; iy < p->in_height; iy++) {
                if (meets(p, o[2], iy, ky, true)) {
                    const int32_t pos[2] = {o[3], kx};
                    add_row(p, t->input + at(p->in_order, in, o[0], channel, iy, 0), t->weight[w],
                            pos, &e);
                }
            }
        }
    }
    return e;
}

static void check_all(const wick_conv_params *p, const tensors *t)
{
    const int32_t out[4] = {p->batch, p->out_channels, p->out_height, p->out_width};
    for (int32_t i = 0; i < (int32_t)t->out_count; i++) {
        const int32_t o[4] = {i / (out[1] * out[2] * out[3]), i / (out[2] * out[3]) % out[1],
                              i / out[3] % out[2], i % out[3]};
        const expectation e = expected(p, t, o);
        check_close(t->out[at(p->out_order, out, o[0], o[1], o[2], o[3])], e.sum, e.magnitude,
                    64 * 0x1p-24);
    }
}

static void check_case(const wick_conv_params *p, bool has_bias)
{
    uint32_t state = 1;
    const size_t weights =
        (size_t)(p->in_channels * p->out_channels / p->groups * p->kernel_height * p->kernel_width);
    tensors t = {0};
    t.out_count = (size_t)(p->batch * p->out_channels * p->out_height * p->out_width);
    t.input =
        random_floats((size_t)(p->batch * p->in_channels * p->in_height * p->in_width), &state);
    t.weight = random_floats(weights, &state);
    t.bias = has_bias ? random_floats((size_t)p->out_channels, &state) : NULL;
    t.out = guarded_floats(t.out_count);
    const wick_conv_data data = {t.input, t.weight, t.bias, t.out};
    wick_conv(p, &data);
    check_all(p, &t);
    guarded_free(t.out, t.out_count);
    free(t.input);
    free(t.weight);
    free(t.bias);
}

static int32_t forward(int32_t in, int32_t kernel, int32_t stride, int32_t padding,
                       int32_t dilation)
{
    const int32_t room = in + 2 * padding - (kernel - 1) * dilation - 1;
    return room < 0 ? 0 : room / stride + 1;
}

static wick_conv_params shape(int32_t groups, int32_t in_channels, int32_t out_channels)
{
    return (wick_conv_params){.batch = 2,
                              .groups = groups,
                              .in_channels = in_channels,
                              .out_channels = out_channels,
                              .in_order = WICK_LAYOUT_NCHW,
                              .weight_order = WICK_LAYOUT_NCHW,
                              .out_order = WICK_LAYOUT_NCHW,
                              .dtype = WICK_FLOAT32};
}

// One window on one input size, forward in both orders.
static void check_window(wick_conv_params p, int32_t size, int32_t kernel, int32_t stride,
                         int32_t padding, bool is_tall)
{
    for (int32_t dilation = 1; dilation <= 2; dilation++) {
        p.in_height = is_tall ? size + 3 : size;
        p.in_width = is_tall ? size : size + 2;
        p.kernel_height = kernel;
        p.kernel_width = kernel == 3 ? 3 : 2;
        p.stride_height = p.stride_width = stride;
        p.padding_height = p.padding_width = padding;
        p.dilation_height = p.dilation_width = dilation;
        p.out_height = forward(p.in_height, p.kernel_height, stride, padding, dilation);
        p.out_width = forward(p.in_width, p.kernel_width, stride, padding, dilation);
        if (p.out_height < 1 || p.out_width < 1) {
            continue;
        }
        p.in_order = p.weight_order = p.out_order = WICK_LAYOUT_NCHW;
        check_case(&p, dilation == 1);
        p.in_order = p.weight_order = p.out_order = NHWC;
        check_case(&p, dilation == 1);
    }
}

static void check_windows(wick_conv_params p)
{
    for (int32_t size = 1; size <= 12; size += size < 6 ? 1 : 3) {
        for (int32_t kernel = 1; kernel <= 4; kernel++) {
            for (int32_t stride = 1; stride <= 3; stride++) {
                for (int32_t padding = 0; padding <= 5; padding += 1 + padding) {
                    check_window(p, size, kernel, stride, padding, false);
                    check_window(p, size, kernel, stride, padding, true);
                }
            }
        }
    }
}

static void test_conv_dense_equals_direct_sum(void **state)
{
    (void)state;
    check_windows(shape(1, 3, 4));
    check_windows(shape(1, 1, 5));
}

static void test_conv_grouped_equals_direct_sum(void **state)
{
    (void)state;
    check_windows(shape(2, 4, 6));
    check_windows(shape(3, 3, 3)); // depthwise
    check_windows(shape(2, 2, 6)); // depthwise with multiplier
}

static void test_conv_wide_row_is_cut_in_blocks(void **state)
{
    (void)state;
    wick_conv_params p = shape(1, 5, 3);
    p.batch = 1;
    p.in_height = 2;
    p.in_width = 260;
    p.kernel_height = p.kernel_width = 1;
    p.stride_height = p.stride_width = p.dilation_height = p.dilation_width = 1;
    p.out_height = p.in_height;
    p.out_width = p.in_width;
    check_case(&p, true);
}

static void test_conv_transposed_equals_direct_sum(void **state)
{
    (void)state;
    for (int32_t stride = 1; stride <= 3; stride++) {
        for (int32_t extra = 0; extra < stride; extra++) {
            wick_conv_params p = shape(2, 4, 6);
            p.is_transposed = true;
            p.in_height = 3;
            p.in_width = 4;
            p.kernel_height = 3;
            p.kernel_width = 2;
            p.stride_height = p.stride_width = stride;
            p.padding_height = p.padding_width = 1;
            p.dilation_height = 2;
            p.dilation_width = 1;
            p.out_height = (p.in_height - 1) * stride - 2 + 2 * 2 + extra + 1;
            p.out_width = (p.in_width - 1) * stride - 2 + 1 + extra + 1;
            check_case(&p, true);
            p.in_order = p.out_order = NHWC;
            check_case(&p, false);
            p.groups = 4; // depthwise, two outputs each
            p.out_channels = 8;
            check_case(&p, true);
        }
    }
}

// Padding must not meet the weights: 0 * inf would be NaN.
static void test_conv_infinite_weight_outside_input_adds_nothing(void **state)
{
    (void)state;
    const float input[1] = {2};
    const float weight[9] = {INFINITY, INFINITY, INFINITY, INFINITY, 3, NAN, NAN, NAN, NAN};
    float out[1] = {0};
    wick_conv_params p = shape(1, 1, 1);
    p.batch = 1;
    p.in_height = p.in_width = p.out_height = p.out_width = 1;
    p.kernel_height = p.kernel_width = 3;
    p.stride_height = p.stride_width = p.dilation_height = p.dilation_width = 1;
    p.padding_height = p.padding_width = 1;
    const wick_conv_data data = {input, weight, NULL, out};
    wick_conv_f32(&p, &data);
    assert_true(out[0] == 6);
}

static void test_conv_empty_batch_writes_nothing(void **state)
{
    (void)state;
    wick_conv_params p = shape(1, 2, 2);
    p.batch = 0;
    p.in_height = p.in_width = p.out_height = p.out_width = 3;
    p.kernel_height = p.kernel_width = p.stride_height = p.stride_width = 1;
    p.dilation_height = p.dilation_width = 1;
    check_case(&p, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv_dense_equals_direct_sum),
        cmocka_unit_test(test_conv_grouped_equals_direct_sum),
        cmocka_unit_test(test_conv_wide_row_is_cut_in_blocks),
        cmocka_unit_test(test_conv_transposed_equals_direct_sum),
        cmocka_unit_test(test_conv_infinite_weight_outside_input_adds_nothing),
        cmocka_unit_test(test_conv_empty_batch_writes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
