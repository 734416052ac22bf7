// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/contract/distance.h"

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

// First input position that an output position reads, and the one after the last; empty if it reads
// padding alone.
typedef struct reach {
    int64_t first, end;
} reach;

static reach reach_of(const wick_quant_axis *axis, wick_window_kind kind, int32_t out)
{
    const wick_quant_taps taps = kind == WICK_WINDOW_TRANSPOSED
                                     ? wick_quant_taps_transposed(axis, out)
                                     : wick_quant_taps_forward(axis, out);
    if (taps.count == 0) {
        return (reach){0, 0};
    }
    const int64_t other = taps.in + (int64_t)(taps.count - 1) * axis->in_step;
    return taps.in < other ? (reach){taps.in, other + 1} : (reach){other, taps.in + 1};
}

// An image operator with what each pixel takes, in bytes.
typedef struct walk {
    const wick_quant_conv_params *params;
    wick_window_kind kind;
    int64_t input_bytes, out_bytes;
} walk;

// Bytes of the input between which output pixel number `pixel` reads.
static reach bytes_read(const walk *w, int64_t pixel)
{
    const wick_quant_axis *const height = &w->params->height;
    const wick_quant_axis *const width = &w->params->width;
    const int64_t line = pixel / width->out;
    const reach y = reach_of(height, w->kind, (int32_t)(line % height->out));
    const reach x = reach_of(width, w->kind, (int32_t)(pixel % width->out));
    if (y.first == y.end || x.first == x.end) {
        return (reach){0, 0};
    }
    const int64_t image = line / height->out * height->in;
    return (reach){((image + y.first) * width->in + x.first) * w->input_bytes,
                   ((image + y.end - 1) * width->in + x.end) * w->input_bytes};
}

// Where channels take turns, the window of a pixel is done with up to the channel that is written:
// the pixel itself keeps the distance of its own beginning.
static int64_t forward_distance(const walk *w, int64_t pixels)
{
    const bool is_channelwise = w->kind == WICK_WINDOW_DEPTHWISE && w->input_bytes == w->out_bytes;
    int64_t lowest = WICK_DISTANCE_NONE; // still needed by later pixels
    int64_t distance = 0;
    for (int64_t pixel = pixels - 1; pixel >= 0; pixel--) {
        const reach read = bytes_read(w, pixel);
        const bool reads = read.first != read.end;
        const int64_t end = (pixel + 1) * w->out_bytes;
        if (reads && is_channelwise) {
            distance = larger(distance, end - w->out_bytes - read.first);
        }
        if (lowest != WICK_DISTANCE_NONE) {
            distance = larger(distance, end - lowest);
        }
        if (reads && read.first < lowest) {
            lowest = read.first;
            distance = is_channelwise ? distance : larger(distance, end - lowest);
        }
    }
    return distance;
}

static int64_t backward_distance(const walk *w, int64_t pixels)
{
    int64_t highest = 0; // end of what this pixel and those before it need
    int64_t distance = 0;
    for (int64_t pixel = 0; pixel < pixels; pixel++) {
        highest = larger(highest, bytes_read(w, pixel).end);
        distance = larger(distance, highest - pixel * w->out_bytes);
    }
    return distance;
}

wick_distance wick_distance_windows(const wick_quant_conv_params *params, wick_window_kind kind)
{
    const walk w = {params, kind, params->in_channels, params->out_channels};
    const int64_t pixels = (int64_t)params->batch * params->height.out * params->width.out;
    return (wick_distance){forward_distance(&w, pixels), backward_distance(&w, pixels)};
}

wick_distance wick_distance_pool(const wick_pool2d_nhwc_params *params)
{
    const wick_quant_conv_params as_depthwise = {.batch = params->batch,
                                                 .in_channels = params->channels,
                                                 .out_channels = params->channels,
                                                 .height = params->height,
                                                 .width = params->width};
    return wick_distance_windows(&as_depthwise, WICK_WINDOW_DEPTHWISE);
}

wick_distance wick_distance_rows(int64_t rows, int64_t input_bytes, int64_t out_bytes)
{
    const int64_t gaps = larger(rows - 1, 0);
    return (wick_distance){out_bytes + gaps * larger(out_bytes - input_bytes, 0),
                           input_bytes + gaps * larger(input_bytes - out_bytes, 0)};
}

wick_distance wick_distance_elements(int64_t count, int64_t input_bytes, int64_t out_bytes)
{
    return (wick_distance){count * larger(out_bytes - input_bytes, 0), WICK_DISTANCE_NONE};
}
