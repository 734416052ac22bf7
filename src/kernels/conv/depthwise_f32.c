// SPDX-License-Identifier: BSD-3-Clause
// One input channel for each group. Outputs whose window lies inside the input are computed without
// bound checks, the common 3x3 window with its weights in registers;
// the frame around them one by one.
#include "kernels/conv/conv.h"

#include <stddef.h>

#define WICK_INLINE static inline __attribute__((always_inline))

typedef struct channel {
    const wick_conv_params *p;
    const float *input;
    const float *weight;
    float *out;
    float bias;
} channel;

typedef struct range {
    int32_t start, end;
} range;

static range clip(int32_t first, int32_t kernel, int32_t dilation, int32_t size)
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

static range whole_outputs(int32_t in, int32_t kernel, int32_t stride, int32_t padding, int32_t out)
{
    range r = {(padding + stride - 1) / stride, 0};
    const int32_t last = in - kernel + padding;
    if (last >= 0) {
        r.end = last / stride + 1;
    }
    r.end = r.end < out ? r.end : out;
    r.start = r.start < r.end ? r.start : r.end;
    return r;
}

// A row of outputs: the first input row that it sees, and the kernel rows that fall inside.
typedef struct row {
    const float *in;
    float *out;
    range ky;
} row;

// Any window.
static void run_one(const channel *g, const row *r, int32_t x)
{
    const wick_conv_params *const p = g->p;
    const ptrdiff_t step = p->dilation_width;
    const ptrdiff_t pitch = (ptrdiff_t)p->dilation_height * p->in_width;
    const int32_t in_x = x * p->stride_width - p->padding_width;
    const range kx = clip(in_x, p->kernel_width, p->dilation_width, p->in_width);
    const float *in_row = r->in + in_x + kx.start * step;
    const float *w_row = g->weight + (ptrdiff_t)r->ky.start * p->kernel_width + kx.start;
    float sum = g->bias;
    for (int32_t k = r->ky.end - r->ky.start; k > 0; k--) {
        const float *in = in_row;
        const float *w = w_row;
        for (int32_t j = kx.end - kx.start; j > 0; j--) {
            sum += *in * *w++;
            in += step;
        }
        in_row += pitch;
        w_row += p->kernel_width;
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
    const float *b = in + g->p->in_width;
    const float *c = b + g->p->in_width;
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
    const wick_conv_params *const p = g->p;
    const int32_t in_y = y * p->stride_height - p->padding_height;
    const range ky = clip(in_y, p->kernel_height, p->dilation_height, p->in_height);
    return (row){.in = g->input + (ptrdiff_t)(in_y + ky.start * p->dilation_height) * p->in_width,
                 .out = g->out + (ptrdiff_t)y * p->out_width,
                 .ky = ky};
}

static void run_row_3x3(const channel *g, const row *r, range whole)
{
    const wick_conv_params *const p = g->p;
    const float *const in = r->in + whole.start * p->stride_width - p->padding_width;
    if (p->stride_width == 1) {
        run_3x3(g, in, r->out + whole.start, whole.end - whole.start, 1);
    } else {
        run_3x3(g, in, r->out + whole.start, whole.end - whole.start, p->stride_width);
    }
}

// Kept apart from its caller to keep the deepest stack low.
static __attribute__((noinline)) void run_channel(const channel *g)
{
    const wick_conv_params *const p = g->p;
    const bool is_3x3 = p->kernel_height == 3 && p->kernel_width == 3 && p->dilation_height == 1 &&
                        p->dilation_width == 1;
    const range whole =
        whole_outputs(p->in_width, 3, p->stride_width, p->padding_width, p->out_width);
    for (int32_t y = 0; y < p->out_height; y++) {
        const row r = row_of(g, y);
        range fast = {0, 0};
        if (is_3x3 && r.ky.end - r.ky.start == 3 && whole.start < whole.end) {
            fast = whole;
            run_row_3x3(g, &r, fast);
        }
        for (int32_t x = 0; x < fast.start; x++) {
            run_one(g, &r, x);
        }
        for (int32_t x = fast.end; x < p->out_width; x++) {
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
    for (int32_t n = 0; n < p->batch; n++) {
        for (int32_t c = 0; c < p->out_channels; c++) {
            const channel g = {
                .p = p,
                .input = (const float *)data->input +
                         ((ptrdiff_t)n * p->groups + c / multiplier) * in_plane,
                .weight = (const float *)data->weight + c * window,
                .out = (float *)data->out + ((ptrdiff_t)n * p->out_channels + c) * out_plane,
                .bias = bias ? bias[c] : 0,
            };
            run_channel(&g);
        }
    }
}
