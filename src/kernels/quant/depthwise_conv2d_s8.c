// SPDX-License-Identifier: BSD-3-Clause
// Channels side by side: a block of sums is carried over the taps, so that input and weights are
// read in memory order.
#include "kernels/quant/conv2d_s8.h"

#include <stddef.h>

enum { BLOCK = 16 };

typedef struct window {
    const int8_t *input;  // at the first tap
    const int8_t *weight; // at the first tap
    int32_t rows, taps;
    ptrdiff_t input_row, input_tap; // steps
    ptrdiff_t weight_row, weight_tap;
    int32_t offset;
} window;

// One tap of `count` channels, each its own input channel.
static inline void add_tap(uint32_t *sums, const int8_t *input, const int8_t *weight, int32_t count,
                           int32_t offset)
{
    for (int32_t c = 0; c < count; c++) {
        sums[c] += (uint32_t)((input[c] + offset) * weight[c]);
    }
}

// A whole block has a constant count, which a compiler can unroll.
static void add_window(const window *w, uint32_t *sums, int32_t channel, int32_t count)
{
    const int8_t *input_row = w->input + channel;
    const int8_t *weight_row = w->weight + channel;
    for (int32_t y = 0; y < w->rows; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < w->taps; x++) {
            if (count == BLOCK) {
                add_tap(sums, input, weight, BLOCK, w->offset);
            } else {
                add_tap(sums, input, weight, count, w->offset);
            }
            input += w->input_tap;
            weight += w->weight_tap;
        }
        input_row += w->input_row;
        weight_row += w->weight_row;
    }
}

static void store(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                  const uint32_t *sums, int32_t channel, int32_t count, int8_t *out)
{
    const int8_t *residual = data->residual ? data->residual + (out - data->out) : 0;
    for (int32_t i = 0; i < count; i++) {
        const int32_t c = channel + i;
        const uint32_t sum = sums[i] + (data->bias ? (uint32_t)data->bias[c] : 0u);
        const int32_t steps = wick_requantize((int32_t)sum, data->multipliers[c], data->shifts[c]);
        out[c] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &p->range),
                                   residual ? residual + c : 0);
    }
}

static void one_to_one(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                       const window *w, int8_t *out)
{
    for (int32_t c = 0; c < p->out_channels; c += BLOCK) {
        const int32_t left = p->out_channels - c;
        const int32_t count = left < BLOCK ? left : BLOCK;
        uint32_t sums[BLOCK] = {0};
        add_window(w, sums, c, count);
        store(p, data, sums, c, count, out);
    }
}

static uint32_t channel_sum(const window *w, int32_t in_channel, int32_t out_channel)
{
    uint32_t sum = 0;
    const int8_t *input_row = w->input + in_channel;
    const int8_t *weight_row = w->weight + out_channel;
    for (int32_t y = 0; y < w->rows; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < w->taps; x++) {
            sum += (uint32_t)((*input + w->offset) * *weight);
            input += w->input_tap;
            weight += w->weight_tap;
        }
        input_row += w->input_row;
        weight_row += w->weight_row;
    }
    return sum;
}

// Several out channels of each input channel.
static void one_to_many(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                        const window *w, int8_t *out)
{
    const int32_t multiplier = p->out_channels / p->in_channels;
    int32_t channel = 0;
    for (int32_t i = 0; i < p->in_channels; i++) {
        for (int32_t j = 0; j < multiplier; j++, channel++) {
            const uint32_t sum = channel_sum(w, i, channel);
            store(p, data, &sum, channel, 1, out);
        }
    }
}

static void set_window(const wick_quant_conv_params *p, wick_quant_taps y, wick_quant_taps x,
                       const int8_t *image, const int8_t *weight, window *w)
{
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->in_channels;
    const ptrdiff_t weight_row = (ptrdiff_t)p->width.kernel * p->out_channels;
    *w = (window){.input = image,
                  .weight = weight,
                  .input_row = p->height.in_step * row,
                  .input_tap = (ptrdiff_t)p->width.in_step * p->in_channels,
                  .weight_row = weight_row,
                  .weight_tap = p->out_channels,
                  .offset = p->input_offset};
    if (y.count > 0 && x.count > 0) { // else nothing but padding: no address to form
        w->rows = y.count;
        w->taps = x.count;
        w->input += y.in * row + (ptrdiff_t)x.in * p->in_channels;
        w->weight += y.kernel * weight_row + (ptrdiff_t)x.kernel * p->out_channels;
    }
}

static void convolve_position(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                              const window *w, int8_t *out)
{
    if (p->out_channels == p->in_channels) {
        one_to_one(p, data, w, out);
    } else {
        one_to_many(p, data, w, out);
    }
}

void wick_depthwise_conv2d_s8(const wick_quant_conv_params *p, const wick_quant_conv_data *data)
{
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    int8_t *out = data->out + (p->is_backward ? last * p->out_channels : 0);
    for (int32_t n = 0; n < p->batch; n++) {
        const int8_t *image =
            data->input + wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            const wick_quant_taps rows = wick_quant_taps_forward(
                &p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                const int32_t x = wick_quant_nth(k, p->width.out, p->is_backward);
                window w;
                set_window(p, rows, wick_quant_taps_forward(&p->width, x), image, data->weight, &w);
                convolve_position(p, data, &w, out);
                out += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}
