// SPDX-License-Identifier: BSD-3-Clause
// Outputs of all channels of a group are filled with the bias, then gain inputs times weights, four
// at a time along a run of outputs (accumulate_f32.h). The output plane is cut into rectangles for
// which the same kernel positions fall inside the input: a large one in the middle, rows and
// columns of one near the borders. So no bound is checked in the inner loop, and runs go along the
// longer side of a rectangle. A 1x1 convolution of stride 1 is a matrix product over all pixels.
#include "kernels/conv/conv.h"
#include "kernels/conv/window.h"
#include "kernels/gemm/accumulate_f32.h"

#include <stddef.h>

enum {
    COLUMN_BLOCK = 256, // outputs of a row kept in cache while the input channels pass
    VECTOR = 8,         // rows of this width go along the row even if the column is longer
};

// One group of one image.
typedef struct plane {
    wick_conv_axis height, width;
    const float *input;  // of the group's first channel
    const float *weight; // of the group's first output channel
    float *out;          // of the group's first channel
    int32_t in_channels;
    int32_t out_channels;
} plane;

// Outputs from `start` that see the same kernel positions along one axis: one, or all whole ones.
static wick_range outputs_from(int32_t start, wick_range whole)
{
    const bool is_whole = start >= whole.start && start < whole.end;
    return (wick_range){start, is_whole ? whole.end : start + 1};
}

// Adds every product to `count` outputs from row `y`, column `x`, along the row or down the column;
// all see the same kernel positions.
static void add_run(const plane *g, int32_t y, int32_t x, int32_t count, bool is_down)
{
    const int32_t in_y = y * g->height.stride - g->height.padding;
    const int32_t in_x = x * g->width.stride - g->width.padding;
    const wick_range ky = wick_conv_taps_inside(&g->height, in_y);
    const wick_range kx = wick_conv_taps_inside(&g->width, in_x);
    const ptrdiff_t window = (ptrdiff_t)g->height.kernel * g->width.kernel;
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)y * g->width.out + x,
        .weights = g->weight,
        .out_channel_stride = (ptrdiff_t)g->height.out * g->width.out,
        .weight_channel_stride = g->in_channels * window,
        .x_stride = is_down ? (ptrdiff_t)g->height.stride * g->width.in : g->width.stride,
        .out_stride = is_down ? g->width.out : 1,
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)count,
    };
    wick_taps_f32 taps = {.count = 0};
    for (int32_t c = 0; c < g->in_channels; c++) {
        const float *const channel = g->input + (ptrdiff_t)c * g->height.in * g->width.in;
        for (int32_t k = ky.start; k < ky.end; k++) {
            const ptrdiff_t row = (ptrdiff_t)(in_y + k * g->height.dilation) * g->width.in + in_x;
            const ptrdiff_t weight = c * window + (ptrdiff_t)k * g->width.kernel;
            for (int32_t j = kx.start; j < kx.end; j++) {
                wick_taps_push(&taps, &columns, channel + row + (ptrdiff_t)j * g->width.dilation,
                               weight + j);
            }
        }
    }
    wick_taps_flush(&taps, &columns);
}

static void add_rectangle(const plane *g, wick_range rows, wick_range columns)
{
    const int32_t height = rows.end - rows.start;
    const int32_t width = columns.end - columns.start;
    if (width < VECTOR && width < height) {
        for (int32_t x = columns.start; x < columns.end; x++) {
            add_run(g, rows.start, x, height, true);
        }
        return;
    }
    for (int32_t y = rows.start; y < rows.end; y++) {
        for (int32_t x = columns.start; x < columns.end; x += COLUMN_BLOCK) {
            const int32_t rest = columns.end - x;
            add_run(g, y, x, rest < COLUMN_BLOCK ? rest : COLUMN_BLOCK, false);
        }
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
    const size_t pixels = (size_t)g->height.out * (size_t)g->width.out;
    for (int32_t c = 0; c < g->out_channels; c++) {
        fill(g->out + (size_t)c * pixels, pixels, bias ? bias[c] : 0);
    }
    const wick_range whole_rows = wick_conv_whole_outputs(&g->height);
    const wick_range whole_columns = wick_conv_whole_outputs(&g->width);
    wick_range rows = {0, 0};
    for (int32_t y = 0; y < g->height.out; y = rows.end) {
        rows = outputs_from(y, whole_rows);
        wick_range columns = {0, 0};
        for (int32_t x = 0; x < g->width.out; x = columns.end) {
            columns = outputs_from(x, whole_columns);
            add_rectangle(g, rows, columns);
        }
    }
}

// A 1x1 convolution of stride 1 without padding does not see rows: the image becomes one.
static void flatten(plane *g)
{
    const bool is_pointwise = g->height.kernel == 1 && g->width.kernel == 1 &&
                              g->height.stride == 1 && g->width.stride == 1 &&
                              g->height.padding == 0 && g->width.padding == 0;
    if (is_pointwise) {
        g->width.in *= g->height.in;
        g->width.out *= g->height.out;
        g->height.in = 1;
        g->height.out = 1;
    }
}

void wick_conv_f32(const wick_conv_params *params, const wick_conv_data *data)
{
    const wick_conv_params *const p = params;
    plane g = {.height = wick_conv_height(p),
               .width = wick_conv_width(p),
               .input = data->input,
               .out = data->out,
               .in_channels = p->in_channels / p->groups,
               .out_channels = p->out_channels / p->groups};
    const float *const bias = data->bias;
    const ptrdiff_t window = (ptrdiff_t)p->kernel_height * p->kernel_width;
    flatten(&g);
    for (int32_t n = 0; n < p->batch; n++) {
        g.weight = data->weight;
        for (int32_t group = 0; group < p->groups; group++) {
            run_group(&g, bias ? bias + (ptrdiff_t)group * g.out_channels : 0);
            g.input += (ptrdiff_t)g.in_channels * p->in_height * p->in_width;
            g.out += (ptrdiff_t)g.out_channels * p->out_height * p->out_width;
            g.weight += g.out_channels * (g.in_channels * window);
        }
    }
}
