// SPDX-License-Identifier: BSD-3-Clause
// Outputs of all channels of a group are filled with the bias, then gain inputs times weights, four
// at a time along a run of outputs (accumulate_f32.h). The output plane is cut into rectangles for
// which the same kernel positions fall inside the input: a large one in the middle, rows and
// columns of one near the borders. So no bound is checked in the inner loop, and runs go along the
// longer side of a rectangle. A 1x1 convolution of stride 1 is a matrix product over all pixels.
#include "kernels/conv/conv.h"
#include "kernels/gemm/accumulate_f32.h"

#include <stddef.h>

enum {
    COLUMN_BLOCK = 256, // outputs of a row kept in cache while the input channels pass
    VECTOR = 8,         // rows of this width go along the row even if the column is longer
};

typedef struct range {
    int32_t start, end;
} range;

typedef struct axis {
    int32_t in, out, kernel, stride, padding, dilation;
} axis;

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

// Outputs for which the whole kernel lies inside the input along one axis.
static range whole_outputs(const axis *a)
{
    range r = {(a->padding + a->stride - 1) / a->stride, 0};
    const int32_t last = a->in - 1 + a->padding - (a->kernel - 1) * a->dilation;
    if (last >= 0) {
        r.end = last / a->stride + 1;
    }
    r.end = r.end < a->out ? r.end : a->out;
    return r;
}

// Outputs from `start` that see the same kernel positions along one axis: one, or all whole ones.
static range outputs_from(int32_t start, range whole)
{
    const bool is_whole = start >= whole.start && start < whole.end;
    return (range){start, is_whole ? whole.end : start + 1};
}

// Adds every product to `count` outputs from row `y`, column `x`, along the row or down the column;
// all see the same kernel positions.
static void add_run(const plane *g, int32_t y, int32_t x, int32_t count, bool is_down)
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
        .x_stride = is_down ? (ptrdiff_t)p->stride_height * p->in_width : p->stride_width,
        .out_stride = is_down ? p->out_width : 1,
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

static void add_rectangle(const plane *g, range rows, range columns)
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
    const size_t pixels = (size_t)g->p->out_height * (size_t)g->p->out_width;
    for (int32_t c = 0; c < g->out_channels; c++) {
        fill(g->out + (size_t)c * pixels, pixels, bias ? bias[c] : 0);
    }
    const wick_conv_params *const p = g->p;
    const axis height = {p->in_height,     p->out_height,     p->kernel_height,
                         p->stride_height, p->padding_height, p->dilation_height};
    const axis width = {p->in_width,     p->out_width,     p->kernel_width,
                        p->stride_width, p->padding_width, p->dilation_width};
    const range whole_rows = whole_outputs(&height);
    const range whole_columns = whole_outputs(&width);
    range rows = {0, 0};
    for (int32_t y = 0; y < p->out_height; y = rows.end) {
        rows = outputs_from(y, whole_rows);
        range columns = {0, 0};
        for (int32_t x = 0; x < p->out_width; x = columns.end) {
            columns = outputs_from(x, whole_columns);
            add_rectangle(g, rows, columns);
        }
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
