// SPDX-License-Identifier: BSD-3-Clause
// One filter after the other at each position, forward, transposed and depthwise: they differ in
// the taps, and in how a filter lies in memory.
#include "kernels/quant/conv2d_s16.h"

#include "kernels/quant/elementwise_s16.h"

#include <stddef.h>

// Products of 17 and 8 bits: so many fit in 31.
enum { CHUNK = 128 };

typedef wick_quant_taps taps_of(const wick_quant_axis *axis, int32_t out);

typedef struct layer {
    const wick_quant_conv_params *p;
    const wick_quant_conv_s16_data *data;
    taps_of *taps;
    bool is_depthwise; // weight [height, width, out], else [out, height, width, depth]
} layer;

// What is the same for all filters at one output position.
typedef struct position {
    wick_quant_taps y, x;
    const int16_t *image;
} position;

static int64_t dot(const int16_t *input, const int8_t *weight, int32_t count, int32_t offset)
{
    int64_t sum = 0;
    for (int32_t k = 0; k < count; k += CHUNK) {
        const int32_t end = count - k < CHUNK ? count : k + CHUNK;
        int32_t part = 0;
        for (int32_t i = k; i < end; i++) {
            part += (input[i] + offset) * weight[i];
        }
        sum += part;
    }
    return sum;
}

// Sum of one filter: `channel` of out.
static int64_t filter_sum(const layer *l, const position *at, int32_t channel)
{
    const wick_quant_conv_params *const p = l->p;
    const int32_t depth = l->is_depthwise ? 1 : p->in_channels / p->groups;
    const int32_t group = channel / (p->out_channels / p->groups);
    const ptrdiff_t tap = l->is_depthwise ? p->out_channels : depth;
    const ptrdiff_t filter =
        l->is_depthwise ? 1 : (ptrdiff_t)p->height.kernel * p->width.kernel * depth;
    const int8_t *const weight = l->data->weight + channel * filter;
    int64_t sum = l->data->bias[channel];
    for (int32_t i = 0; i < at->y.count; i++) {
        const ptrdiff_t in_row = (ptrdiff_t)(at->y.in + i * p->height.in_step) * p->width.in;
        const ptrdiff_t row =
            (ptrdiff_t)(at->y.kernel + i * p->height.kernel_step) * p->width.kernel;
        for (int32_t k = 0; k < at->x.count; k++) {
            const ptrdiff_t pixel = in_row + at->x.in + k * p->width.in_step;
            const ptrdiff_t place = row + at->x.kernel + k * p->width.kernel_step;
            sum += dot(at->image + pixel * p->in_channels + group * depth, weight + place * tap,
                       depth, p->input_offset);
        }
    }
    return sum;
}

static void convolve_position(const layer *l, const position *at, ptrdiff_t first)
{
    const wick_quant_conv_s16_data *const data = l->data;
    for (int32_t c = 0; c < l->p->out_channels; c++) {
        const int32_t steps =
            wick_requantize_wide(filter_sum(l, at, c), data->multipliers[c], data->shifts[c]);
        int16_t value = (int16_t)wick_quant_clamp(steps, &l->p->range);
        if (data->residual != 0) {
            value = wick_quant_sum_s16(
                data->sum, wick_quant_term_s16(&data->sum->a, value) +
                               wick_quant_term_s16(&data->sum->b, data->residual[first + c]));
        }
        data->out[first + c] = value;
    }
}

static void convolve(const layer *l)
{
    const wick_quant_conv_params *const p = l->p;
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    ptrdiff_t first = p->is_backward ? last * p->out_channels : 0;
    for (int32_t n = 0; n < p->batch; n++) {
        position at = {.image = l->data->input +
                                wick_quant_nth(n, p->batch, p->is_backward) * image_size};
        for (int32_t i = 0; i < p->height.out; i++) {
            at.y = l->taps(&p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                at.x = l->taps(&p->width, wick_quant_nth(k, p->width.out, p->is_backward));
                convolve_position(l, &at, first);
                first += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}

void wick_conv2d_s16(const wick_quant_conv_params *params, const wick_quant_conv_s16_data *data)
{
    const layer l = {params, data, wick_quant_taps_forward, false};
    convolve(&l);
}

void wick_transpose_conv2d_s16(const wick_quant_conv_params *params,
                               const wick_quant_conv_s16_data *data)
{
    const layer l = {params, data, wick_quant_taps_transposed, false};
    convolve(&l);
}

void wick_depthwise_conv2d_s16(const wick_quant_conv_params *params,
                               const wick_quant_conv_s16_data *data)
{
    const layer l = {params, data, wick_quant_taps_forward, true};
    convolve(&l);
}
