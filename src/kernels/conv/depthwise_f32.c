// SPDX-License-Identifier: BSD-3-Clause
// One input channel for each group. Outputs whose window lies inside the input are computed without
// bound checks, the common 3x3 window with its weights in registers;
// the frame around them one by one.
#include "kernels/conv/conv.h"
#include "kernels/conv/window.h"

#include <stddef.h>

#define WICK_INLINE static inline __attribute__((always_inline))

// One channel of one image.
typedef struct channel {
    wick_conv_axis height, width;
    const float *input;
    const float *weight;
    float *out;
    float bias;
} channel;

// A row of outputs: the first input row that it sees, and the kernel rows that fall inside.
typedef struct row {
    const float *in;
    float *out;
    wick_range ky;
} row;

// Any window.
static void run_one(const channel *g, const row *r, int32_t x)
{
    const wick_conv_axis *const width = &g->width;
    const ptrdiff_t step = width->dilation;
    const ptrdiff_t pitch = (ptrdiff_t)g->height.dilation * width->in;
    const int32_t in_x = x * width->stride - width->padding;
    const wick_range kx = wick_conv_taps_inside(width, in_x);
    const float *in_row = r->in + in_x + kx.start * step;
    const float *w_row = g->weight + (ptrdiff_t)r->ky.start * width->kernel + kx.start;
    float sum = g->bias;
    for (int32_t k = r->ky.end - r->ky.start; k > 0; k--) {
        const float *in = in_row;
        const float *w = w_row;
        for (int32_t j = kx.end - kx.start; j > 0; j--) {
            sum += *in * *w++;
            in += step;
        }
        in_row += pitch;
        w_row += width->kernel;
    }
    r->out[x] = sum;
}

// `count` outputs of a 3x3 window without dilation, all inside the input.
WICK_INLINE void run_3x3(const channel *g, const float *in, float *restrict out, int32_t count,
                         const ptrdiff_t stride)
{
    const float *const w = g->weight;
    const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4];
    const float w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const float bias = g->bias;
    const float *b = in + g->width.in;
    const float *c = b + g->width.in;
    for (int32_t i = count; i > 0; i--) {
        *out++ = bias + (in[0] * w0 + in[1] * w1 + in[2] * w2) +
                 (b[0] * w3 + b[1] * w4 + b[2] * w5) + (c[0] * w6 + c[1] * w7 + c[2] * w8);
        in += stride;
        b += stride;
        c += stride;
    }
}

static row row_of(const channel *g, int32_t y)
{
    const int32_t in_y = y * g->height.stride - g->height.padding;
    const wick_range ky = wick_conv_taps_inside(&g->height, in_y);
    return (row){.in = g->input + (ptrdiff_t)(in_y + ky.start * g->height.dilation) * g->width.in,
                 .out = g->out + (ptrdiff_t)y * g->width.out,
                 .ky = ky};
}

static void run_row_3x3(const channel *g, const row *r, wick_range whole)
{
    const ptrdiff_t stride = g->width.stride;
    const float *const in = r->in + whole.start * stride - g->width.padding;
    if (stride == 1) {
        run_3x3(g, in, r->out + whole.start, whole.end - whole.start, 1);
    } else {
        run_3x3(g, in, r->out + whole.start, whole.end - whole.start, stride);
    }
}

// Kept apart from its caller to keep the deepest stack low.
static __attribute__((noinline)) void run_channel(const channel *g)
{
    const bool is_3x3 = g->height.kernel == 3 && g->width.kernel == 3 && g->height.dilation == 1 &&
                        g->width.dilation == 1;
    const wick_range whole = wick_conv_whole_outputs(&g->width);
    for (int32_t y = 0; y < g->height.out; y++) {
        const row r = row_of(g, y);
        wick_range fast = {0, 0};
        if (is_3x3 && r.ky.end - r.ky.start == 3 && whole.start < whole.end) {
            fast = whole;
            run_row_3x3(g, &r, fast);
        }
        for (int32_t x = 0; x < fast.start; x++) {
            run_one(g, &r, x);
        }
        for (int32_t x = fast.end; x < g->width.out; x++) {
            run_one(g, &r, x);
        }
    }
}

void wick_conv_depthwise_f32(const wick_conv_params *params, const wick_conv_data *data)
{
    const wick_conv_params *const p = params;
    const int32_t multiplier = p->out_channels / p->groups;
    const ptrdiff_t in_plane = (ptrdiff_t)p->in_height * p->in_width;
    const ptrdiff_t out_plane = (ptrdiff_t)p->out_height * p->out_width;
    const ptrdiff_t window = (ptrdiff_t)p->kernel_height * p->kernel_width;
    const float *const bias = data->bias;
    channel g = {.height = wick_conv_height(p), .width = wick_conv_width(p)};
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t c = 0; c < p->out_channels; c++) {
            g.input =
                (const float *)data->input + ((ptrdiff_t)n * p->groups + c / multiplier) * in_plane;
            g.weight = (const float *)data->weight + c * window;
            g.out = (float *)data->out + ((ptrdiff_t)n * p->out_channels + c) * out_plane;
            g.bias = bias ? bias[c] : 0;
            run_channel(&g);
        }
    }
}
