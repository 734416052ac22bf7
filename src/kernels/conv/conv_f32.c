// SPDX-License-Identifier: BSD-3-Clause
// Rows of outputs of all channels of a group are filled with the bias, then gain input rows times
// weights, four at a time (accumulate_f32.h). A row is cut into runs of columns for which the same
// kernel columns fall inside the input: one long run in the middle, single columns near the
// borders. So no bound is checked in the inner loop. A depthwise convolution is the case of one
// channel a group; a 1x1 convolution of stride 1 is a matrix product over all pixels.
#include "kernels/conv/conv.h"
#include "kernels/gemm/accumulate_f32.h"

#include <stddef.h>

enum { COLUMN_BLOCK = 256 }; // outputs of a row kept in cache while the input channels pass

typedef struct range {
    int32_t start, end;
} range;

typedef struct plane {
    const wick_conv_params *p;
    const float *input;  // of the group's first channel
    const float *weight; // of the group's first output channel
    float *out;          // of the group's first channel
    int32_t in_channels; // of the group
    int32_t out_channels;
} plane;

// Kernel positions k in [0, kernel) with 0 <= first + k * dilation < size.
static range taps_inside(int32_t first, int32_t kernel, int32_t dilation, int32_t size)
{
    range r = {0, 0};
    if (first < 0) {
        r.start = (-first + dilation - 1) / dilation;
    }
    if (first < size) {
        r.end = (size - 1 - first) / dilation + 1;
    }
    r.end = r.end < kernel ? r.end : kernel;
    return r;
}

// Outputs for which the whole kernel row lies inside the input.
static range whole_columns(const wick_conv_params *p)
{
    range r = {(p->padding_width + p->stride_width - 1) / p->stride_width, 0};
    const int32_t last =
        p->in_width - 1 + p->padding_width - (p->kernel_width - 1) * p->dilation_width;
    if (last >= 0) {
        r.end = last / p->stride_width + 1;
    }
    r.end = r.end < p->out_width ? r.end : p->out_width;
    return r;
}

// Adds every product to `count` outputs of row `y` from column `x`, which all see the same kernel
// columns.
static void add_run(const plane *g, int32_t y, int32_t x, int32_t count)
{
    const wick_conv_params *const p = g->p;
    const int32_t in_y = y * p->stride_height - p->padding_height;
    const int32_t in_x = x * p->stride_width - p->padding_width;
    const range ky = taps_inside(in_y, p->kernel_height, p->dilation_height, p->in_height);
    const range kx = taps_inside(in_x, p->kernel_width, p->dilation_width, p->in_width);
    const ptrdiff_t window = (ptrdiff_t)p->kernel_height * p->kernel_width;
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)y * p->out_width + x,
        .weights = g->weight,
        .out_channel_stride = (ptrdiff_t)p->out_height * p->out_width,
        .weight_channel_stride = g->in_channels * window,
        .x_stride = p->stride_width,
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)count,
    };
    wick_taps_f32 taps = {.count = 0};
    for (int32_t c = 0; c < g->in_channels; c++) {
        const float *const channel = g->input + (ptrdiff_t)c * p->in_height * p->in_width;
        for (int32_t k = ky.start; k < ky.end; k++) {
            const ptrdiff_t row = (ptrdiff_t)(in_y + k * p->dilation_height) * p->in_width + in_x;
            const ptrdiff_t weight = c * window + (ptrdiff_t)k * p->kernel_width;
            for (int32_t j = kx.start; j < kx.end; j++) {
                wick_taps_push(&taps, &columns, channel + row + (ptrdiff_t)j * p->dilation_width,
                               weight + j);
            }
        }
    }
    wick_taps_flush(&taps, &columns);
}

static void add_row(const plane *g, int32_t y, range whole)
{
    int32_t x = 0;
    while (x < g->p->out_width) {
        int32_t count = 1;
        if (x >= whole.start && x < whole.end) {
            const int32_t rest = whole.end - x;
            count = rest < COLUMN_BLOCK ? rest : COLUMN_BLOCK;
        }
        add_run(g, y, x, count);
        x += count;
    }
}

static void fill(float *out, size_t count, float value)
{
    for (size_t i = 0; i < count; i++) {
        out[i] = value;
    }
}

// Kept apart from its caller, whose copy of the parameters would add to the deepest stack.
static __attribute__((noinline)) void run_group(const plane *g, const float *bias)
{
    const size_t pixels = (size_t)g->p->out_height * (size_t)g->p->out_width;
    for (int32_t c = 0; c < g->out_channels; c++) {
        fill(g->out + (size_t)c * pixels, pixels, bias ? bias[c] : 0);
    }
    const range whole = whole_columns(g->p);
    for (int32_t y = 0; y < g->p->out_height; y++) {
        add_row(g, y, whole);
    }
}

// A 1x1 convolution of stride 1 without padding does not see rows: the image becomes one.
static wick_conv_params flatten(const wick_conv_params *params)
{
    wick_conv_params p = *params;
    const bool is_pointwise = p.kernel_height == 1 && p.kernel_width == 1 && p.stride_height == 1 &&
                              p.stride_width == 1 && p.padding_height == 0 && p.padding_width == 0;
    if (is_pointwise) {
        p.in_width *= p.in_height;
        p.out_width *= p.out_height;
        p.in_height = 1;
        p.out_height = 1;
    }
    return p;
}

void wick_conv_f32(const wick_conv_params *params, const wick_conv_data *data)
{
    const wick_conv_params p = flatten(params);
    const int32_t in_channels = p.in_channels / p.groups;
    const int32_t out_channels = p.out_channels / p.groups;
    const ptrdiff_t in_group = (ptrdiff_t)in_channels * p.in_height * p.in_width;
    const ptrdiff_t out_group = (ptrdiff_t)out_channels * p.out_height * p.out_width;
    const ptrdiff_t weight_group =
        (ptrdiff_t)out_channels * in_channels * p.kernel_height * p.kernel_width;
    const float *const bias = data->bias;
    for (int32_t n = 0; n < p.batch; n++) {
        for (int32_t group = 0; group < p.groups; group++) {
            const ptrdiff_t i = (ptrdiff_t)n * p.groups + group;
            const plane g = {.p = &p,
                             .input = (const float *)data->input + i * in_group,
                             .weight = (const float *)data->weight + group * weight_group,
                             .out = (float *)data->out + i * out_group,
                             .in_channels = in_channels,
                             .out_channels = out_channels};
            run_group(&g, bias ? bias + (ptrdiff_t)group * out_channels : 0);
        }
    }
}
