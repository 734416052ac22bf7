// SPDX-License-Identifier: BSD-3-Clause
// Which outputs see which kernel positions, along one axis, and where elements lie.
#ifndef WICK_KERNELS_CONV_WINDOW_H
#define WICK_KERNELS_CONV_WINDOW_H

#include "kernels/conv/conv.h"
#include "kernels/element/layout.h"

typedef struct wick_range {
    int32_t start, end; // empty unless start < end
} wick_range;

typedef struct wick_conv_axis {
    int32_t in, out, kernel, stride, padding, dilation;
} wick_conv_axis;

static inline wick_conv_axis wick_conv_height(const wick_conv_params *p)
{
    return (wick_conv_axis){p->in_height,     p->out_height,     p->kernel_height,
                            p->stride_height, p->padding_height, p->dilation_height};
}

static inline wick_conv_axis wick_conv_width(const wick_conv_params *p)
{
    return (wick_conv_axis){p->in_width,     p->out_width,     p->kernel_width,
                            p->stride_width, p->padding_width, p->dilation_width};
}

// Kernel positions k in [0, kernel) with 0 <= first + k * dilation < in.
static inline wick_range wick_conv_taps_inside(const wick_conv_axis *a, int32_t first)
{
    wick_range r = {0, 0};
    if (first < 0) {
        r.start = (-first + a->dilation - 1) / a->dilation;
    }
    if (first < a->in) {
        r.end = (a->in - 1 - first) / a->dilation + 1;
    }
    r.end = r.end < a->kernel ? r.end : a->kernel;
    return r;
}

// Outputs for which the whole kernel lies inside the input.
static inline wick_range wick_conv_whole_outputs(const wick_conv_axis *a)
{
    wick_range r = {(a->padding + a->stride - 1) / a->stride, 0};
    const int32_t last = a->in - 1 + a->padding - (a->kernel - 1) * a->dilation;
    if (last >= 0) {
        r.end = last / a->stride + 1;
    }
    r.end = r.end < a->out ? r.end : a->out;
    r.start = r.start < r.end ? r.start : r.end;
    return r;
}

// Strides in elements of [batch, channel, row, column]; of weight [out channel, in channel of the
// group, row, column], also in the transpose, which stores them the other way round.
typedef struct wick_conv_strides {
    int32_t in[4], weight[4], out[4];
} wick_conv_strides;

wick_conv_strides wick_conv_strides_of(const wick_conv_params *params);

#endif
