// SPDX-License-Identifier: BSD-3-Clause
// Forward and transposed convolution differ only in the taps of an output position; a filter is
// then a sum of dot products over channels, one product where taps lie side by side in the input
// and in the weights.
#include "kernels/quant/conv2d_s8.h"

#include "kernels/quant/dot_s8.h"

#include <stddef.h>

typedef wick_quant_taps taps_of(const wick_quant_axis *axis, int32_t out);

// What is the same for all filters at one output position.
typedef struct position {
    wick_quant_taps y, x;
    const int8_t *input; // at the first tap, first channel of the group
    ptrdiff_t input_row, input_tap;
    ptrdiff_t weight_row, weight_tap;
    ptrdiff_t weight_first;
    int32_t run_count, run_length; // dot products in a row of taps
    int32_t offset;
} position;

// Adds the taps of one filter, or of WICK_DOT_COLUMNS filters that lie filter_size apart.
static inline __attribute__((always_inline)) void add_taps(const position *at, const int8_t *filter,
                                                           ptrdiff_t filter_size, int32_t count,
                                                           uint32_t *sums)
{
    const int8_t *input_row = at->input;
    const int8_t *weight_row = filter + at->weight_first;
    for (int32_t y = 0; y < at->y.count; y++) {
        const int8_t *input = input_row;
        const int8_t *weight = weight_row;
        for (int32_t x = 0; x < at->run_count; x++) {
            if (count == 1) {
                const wick_quant_offsets offsets = {at->offset, 0};
                sums[0] = wick_dot_s8(sums[0], input, weight, at->run_length, offsets);
            } else {
                wick_dot_columns_s8(sums, input, weight, filter_size, at->run_length, at->offset);
            }
            input += at->input_tap;
            weight += at->weight_tap;
        }
        input_row += at->input_row;
        weight_row += at->weight_row;
    }
}

static void set_position(const wick_quant_conv_params *p, const int8_t *image, position *at)
{
    const int32_t depth = p->in_channels / p->groups;
    const ptrdiff_t row = (ptrdiff_t)p->width.in * p->in_channels;
    const bool is_one_run = p->groups == 1 && p->width.in_step == 1 && p->width.kernel_step == 1;
    at->input_row = p->height.in_step * row;
    at->input_tap = (ptrdiff_t)p->width.in_step * p->in_channels;
    at->weight_tap = (ptrdiff_t)p->width.kernel_step * depth;
    const ptrdiff_t weight_row = (ptrdiff_t)p->width.kernel * depth;
    at->weight_row = p->height.kernel_step * weight_row;
    if (at->y.count == 0 || at->x.count == 0) { // nothing but padding: no address to form
        at->y.count = 0;
        at->weight_first = 0;
        at->input = image;
        return;
    }
    at->weight_first = at->y.kernel * weight_row + (ptrdiff_t)at->x.kernel * depth;
    at->input = image + at->y.in * row + (ptrdiff_t)at->x.in * p->in_channels;
    at->run_count = is_one_run ? 1 : at->x.count;
    at->run_length = is_one_run ? at->x.count * depth : depth;
    at->offset = p->input_offset;
}

// Channels first .. first + count of one output position from their sums.
static void store(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                  const uint32_t *sums, int32_t first, int32_t count, int8_t *out)
{
    const int8_t *residual = data->residual ? data->residual + (out - data->out) : 0;
    for (int32_t c = first; c < first + count; c++) {
        const int32_t steps =
            wick_requantize((int32_t)sums[c - first], data->multipliers[c], data->shifts[c]);
        out[c] = wick_quant_finish(data->sum, wick_quant_narrow(steps, &p->range),
                                   residual ? residual + c : 0);
    }
}

// Channels first .. end, which belong to one group.
static void convolve_group(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                           const position *at, int32_t first, int32_t end, int8_t *out)
{
    const ptrdiff_t filter_size =
        (ptrdiff_t)p->height.kernel * p->width.kernel * (p->in_channels / p->groups);
    const int8_t *filter = data->weight + first * filter_size;
    uint32_t sums[WICK_DOT_COLUMNS];
    for (int32_t c = first; c < end;) {
        const int32_t count = end - c < WICK_DOT_COLUMNS ? 1 : WICK_DOT_COLUMNS;
        for (int32_t j = 0; j < count; j++) {
            sums[j] = data->bias ? (uint32_t)data->bias[c + j] : 0u;
        }
        if (count == 1) {
            add_taps(at, filter, filter_size, 1, sums);
        } else {
            add_taps(at, filter, filter_size, WICK_DOT_COLUMNS, sums);
        }
        store(p, data, sums, c, count, out);
        filter += count * filter_size;
        c += count;
    }
}

// All channels of one output position.
static void convolve_position(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                              position *at, int8_t *out)
{
    const int32_t depth = p->in_channels / p->groups;
    const int32_t group_size = p->out_channels / p->groups;
    for (int32_t g = 0; g < p->groups; g++) {
        convolve_group(p, data, at, g * group_size, (g + 1) * group_size, out);
        at->input += depth;
    }
}

static void convolve(const wick_quant_conv_params *p, const wick_quant_conv_data *data,
                     taps_of *taps)
{
    const ptrdiff_t image_size = (ptrdiff_t)p->height.in * p->width.in * p->in_channels;
    const ptrdiff_t last = (ptrdiff_t)p->batch * p->height.out * p->width.out - 1;
    int8_t *out = data->out + (p->is_backward ? last * p->out_channels : 0);
    for (int32_t n = 0; n < p->batch; n++) {
        const int8_t *image =
            data->input + wick_quant_nth(n, p->batch, p->is_backward) * image_size;
        for (int32_t i = 0; i < p->height.out; i++) {
            const wick_quant_taps rows =
                taps(&p->height, wick_quant_nth(i, p->height.out, p->is_backward));
            for (int32_t k = 0; k < p->width.out; k++) {
                const int32_t x = wick_quant_nth(k, p->width.out, p->is_backward);
                position at = {.y = rows, .x = taps(&p->width, x)};
                set_position(p, image, &at);
                convolve_position(p, data, &at, out);
                out += p->is_backward ? -p->out_channels : p->out_channels;
            }
        }
    }
}

void wick_conv2d_s8(const wick_quant_conv_params *params, const wick_quant_conv_data *data)
{
    convolve(params, data, wick_quant_taps_forward);
}

void wick_transpose_conv2d_s8(const wick_quant_conv_params *params,
                              const wick_quant_conv_data *data)
{
    convolve(params, data, wick_quant_taps_transposed);
}
