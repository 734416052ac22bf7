// SPDX-License-Identifier: BSD-3-Clause
// Outputs of all channels of a group are filled with the bias, then gain inputs times weights, four
// at a time along a run of outputs (accumulate_f32.h). The output plane is cut into rectangles for
// which the same kernel positions fall inside the input: a large one in the middle, rows and
// columns of one near the borders. So no bound is checked in the inner loop, and runs go along the
// longer side of a rectangle. A 1x1 convolution of stride 1 is a matrix product over all pixels.
// The transpose takes the same loop the other way: runs of inputs are added to the outputs they
// reach.
#include "kernels/conv/conv.h"
#include "kernels/conv/window.h"
#include "kernels/conv/window_3x3_f32.h"
#include "kernels/gemm/accumulate_f32.h"

#include <stddef.h>

enum {
    COLUMN_BLOCK = 256, // outputs of a row kept in cache while the input channels pass
    VECTOR = 8,         // rows of this width go along the row even if the column is longer
};

// Output channels of one image that are computed together: those of a group, which see the same
// inputs; of a depthwise convolution one of each group, which see an input channel each.
typedef struct plane {
    wick_conv_axis height, width;
    const float *input;  // of the first channel
    const float *weight; // of the first output channel
    float *out;          // of the first channel
    int32_t in_channels; // that each output channel sees
    int32_t out_channels;
    wick_conv_strides strides;
    ptrdiff_t in_step, weight_step, out_step; // elements from one output channel to the next
} plane;

// Outputs from `start` that see the same kernel positions along one axis: one, or all whole ones.
static wick_range outputs_from(int32_t start, wick_range whole)
{
    const bool is_whole = start >= whole.start && start < whole.end;
    return (wick_range){start, is_whole ? whole.end : start + 1};
}

// The kernel positions that a run sees, and where the first output sees kernel position (0, 0).
typedef struct view {
    wick_range ky, kx;
    ptrdiff_t first; // element of a channel; may lie before it
} view;

static bool is_whole_3x3(const plane *g, const view *v)
{
    return v->ky.end - v->ky.start == 3 && v->kx.end - v->kx.start == 3 && g->height.kernel == 3 &&
           g->width.kernel == 3 && g->width.dilation * g->strides.in[3] == 1 &&
           g->strides.weight[2] == 3 && g->strides.weight[3] == 1;
}

static void add_taps(const plane *g, const view *v, const wick_columns_f32 *columns)
{
    wick_taps_f32 taps = {.count = 0};
    const int32_t *const in = g->strides.in;
    const int32_t *const w = g->strides.weight;
    const ptrdiff_t row = (ptrdiff_t)g->height.dilation * in[2];
    const ptrdiff_t column = (ptrdiff_t)g->width.dilation * in[3];
    for (int32_t c = 0; c < g->in_channels; c++) {
        for (int32_t k = v->ky.start; k < v->ky.end; k++) {
            const ptrdiff_t at = v->first + (ptrdiff_t)c * in[1] + k * row;
            const ptrdiff_t weight = (ptrdiff_t)c * w[1] + (ptrdiff_t)k * w[2];
            for (int32_t j = v->kx.start; j < v->kx.end; j++) {
                wick_taps_push(&taps, columns, g->input + at + j * column,
                               weight + (ptrdiff_t)j * w[3]);
            }
        }
    }
    wick_taps_flush(&taps, columns);
}

// Adds every product to `count` outputs from row `y`, column `x`, along the row or down the column;
// all see the same kernel positions.
static void add_run(const plane *g, int32_t y, int32_t x, int32_t count, bool is_down)
{
    const int32_t *const in = g->strides.in;
    const int32_t *const out = g->strides.out;
    const int32_t in_y = y * g->height.stride - g->height.padding;
    const int32_t in_x = x * g->width.stride - g->width.padding;
    const view v = {.ky = wick_conv_taps_inside(&g->height, in_y),
                    .kx = wick_conv_taps_inside(&g->width, in_x),
                    .first = (ptrdiff_t)in_y * in[2] + (ptrdiff_t)in_x * in[3]};
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)y * out[2] + (ptrdiff_t)x * out[3],
        .weights = g->weight,
        .out_channel_stride = g->out_step,
        .weight_channel_stride = g->weight_step,
        .x_channel_stride = g->in_step,
        .x_stride =
            is_down ? (ptrdiff_t)g->height.stride * in[2] : (ptrdiff_t)g->width.stride * in[3],
        .out_stride = is_down ? out[2] : out[3],
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)count,
    };
    if (g->in_step != 0 && is_whole_3x3(g, &v)) {
        wick_window_3x3_f32(&columns, g->input + v.first, (ptrdiff_t)g->height.dilation * in[2]);
    } else {
        add_taps(g, &v, &columns);
    }
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

// Kept apart from its callers: inlined, their copies would add to the deepest stack.
static __attribute__((noinline)) void run_plane(const plane *g)
{
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

// Inputs along one axis whose product with kernel position k lands inside the output of a
// transposed convolution: those i with 0 <= i * stride - padding + k * dilation < out.
static wick_range inputs_inside(const wick_conv_axis *a, int32_t k)
{
    const int32_t shift = a->padding - k * a->dilation;
    const int32_t last = a->out - 1 + shift;
    wick_range r = {shift > 0 ? (shift + a->stride - 1) / a->stride : 0,
                    last >= 0 ? last / a->stride + 1 : 0};
    r.end = r.end < a->in ? r.end : a->in;
    return r;
}

// Adds the products of the inputs of one row with one kernel position, all channels.
static void scatter_row(const plane *g, int32_t y, int32_t ky, int32_t kx)
{
    const wick_conv_strides *const s = &g->strides;
    const wick_range xs = inputs_inside(&g->width, kx);
    if (xs.start >= xs.end) {
        return;
    }
    const int32_t out_y = y * g->height.stride - g->height.padding + ky * g->height.dilation;
    const int32_t out_x = xs.start * g->width.stride - g->width.padding + kx * g->width.dilation;
    const wick_columns_f32 columns = {
        .out = g->out + (ptrdiff_t)out_y * s->out[2] + (ptrdiff_t)out_x * s->out[3],
        .weights = g->weight + (ptrdiff_t)ky * s->weight[2] + (ptrdiff_t)kx * s->weight[3],
        .out_channel_stride = g->out_step,
        .weight_channel_stride = g->weight_step,
        .x_channel_stride = g->in_step,
        .x_stride = s->in[3],
        .out_stride = (ptrdiff_t)g->width.stride * s->out[3],
        .channels = (uint32_t)g->out_channels,
        .count = (uint32_t)(xs.end - xs.start),
    };
    const float *x = g->input + (ptrdiff_t)y * s->in[2] + (ptrdiff_t)xs.start * s->in[3];
    wick_taps_f32 taps = {.count = 0};
    for (int32_t c = 0; c < g->in_channels; c++) {
        wick_taps_push(&taps, &columns, x, (ptrdiff_t)c * s->weight[1]);
        x += s->in[1];
    }
    wick_taps_flush(&taps, &columns);
}

// Transposed: each input is added to the outputs that it reaches.
static __attribute__((noinline)) void scatter_plane(const plane *g)
{
    for (int32_t ky = 0; ky < g->height.kernel; ky++) {
        const wick_range rows = inputs_inside(&g->height, ky);
        for (int32_t kx = 0; kx < g->width.kernel; kx++) {
            for (int32_t y = rows.start; y < rows.end; y++) {
                scatter_row(g, y, ky, kx);
            }
        }
    }
}

// A 1x1 convolution of stride 1 without padding does not see rows: the image becomes one.
static void flatten(plane *g)
{
    const bool is_pointwise = g->height.kernel == 1 && g->width.kernel == 1 &&
                              g->height.stride == 1 && g->width.stride == 1 &&
                              g->height.padding == 0 && g->width.padding == 0;
    const bool rows_join = g->strides.in[2] == g->width.in * g->strides.in[3] &&
                           g->strides.out[2] == g->width.out * g->strides.out[3];
    if (is_pointwise && rows_join) {
        g->width.in *= g->height.in;
        g->width.out *= g->height.out;
        g->height.in = 1;
        g->height.out = 1;
    }
}

static void fill_with_bias(const plane *g, const wick_conv_params *p, const float *bias)
{
    const int32_t *const stride = g->strides.out;
    const bool rows_join = stride[2] == g->width.out * stride[3];
    const int32_t rows = rows_join ? 1 : g->height.out;
    const int32_t count = rows_join ? g->height.out * g->width.out : g->width.out;
    for (int32_t c = 0; c < p->out_channels; c++) {
        const float value = bias ? bias[c] : 0;
        for (int32_t y = 0; y < rows; y++) {
            float *out = g->out + (ptrdiff_t)c * stride[1] + (ptrdiff_t)y * stride[2];
            for (int32_t x = 0; x < count; x++) {
                *out = value;
                out += stride[3];
            }
        }
    }
}

// The groups of one image, or the outputs of all groups that come first, second, .. in theirs.
static void run_image(plane *g, const wick_conv_params *p)
{
    const int32_t within = p->out_channels / p->groups;
    const wick_conv_strides *const s = &g->strides;
    const bool is_depthwise = g->in_channels == 1 && p->groups > 1;
    g->out_channels = is_depthwise ? p->groups : within;
    g->in_step = is_depthwise ? s->in[1] : 0;
    const ptrdiff_t group_weights = p->is_transposed ? (ptrdiff_t)g->in_channels * s->weight[1]
                                                     : (ptrdiff_t)within * s->weight[0];
    g->weight_step = is_depthwise ? group_weights : s->weight[0];
    g->out_step = (ptrdiff_t)s->out[1] * (is_depthwise ? within : 1);
    const int32_t planes = is_depthwise ? within : p->groups;
    const int32_t step = is_depthwise ? 1 : within; // output channels between planes
    for (int32_t i = 0; i < planes; i++) {
        if (p->is_transposed) {
            scatter_plane(g);
        } else {
            run_plane(g);
        }
        g->input += is_depthwise ? 0 : (ptrdiff_t)g->in_channels * s->in[1];
        g->weight += is_depthwise ? s->weight[0] : group_weights;
        g->out += (ptrdiff_t)step * s->out[1];
    }
}

void wick_conv_f32(const wick_conv_params *params, const wick_conv_data *data)
{
    const wick_conv_params *const p = params;
    plane g = {.height = wick_conv_height(p),
               .width = wick_conv_width(p),
               .strides = wick_conv_strides_of(p),
               .in_channels = p->in_channels / p->groups};
    flatten(&g);
    for (int32_t n = 0; n < p->batch; n++) {
        g.input = (const float *)data->input + (ptrdiff_t)n * g.strides.in[0];
        g.weight = data->weight;
        g.out = (float *)data->out + (ptrdiff_t)n * g.strides.out[0];
        fill_with_bias(&g, p, data->bias);
        run_image(&g, p);
    }
}
