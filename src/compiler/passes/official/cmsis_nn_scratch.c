// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/official/cmsis_nn_scratch.h"

#include <stddef.h>
#include <string.h>

enum {
    MVE_LANES = 16,               // bytes of a vector
    MVE_COLUMNS = 4,              // columns gathered at once
    MVE_DEPTHWISE_CHANNELS = 124, // of a block
    REVERSED_ABOVE_CHANNELS = 16, // transposed convolutions with more are run as convolutions
    REVERSED_MOST_STRIDE = 2,
    BYTES_16 = 2,
    BYTES_32 = 4,
};

wick_cmsis_nn_set wick_cmsis_nn_set_of(const char *core)
{
    static const struct {
        const char *start;
        wick_cmsis_nn_set set;
    } cores[] = {
        {"cortex-m55", WICK_CMSIS_NN_MVE}, {"cortex-m85", WICK_CMSIS_NN_MVE},
        {"cortex-m4", WICK_CMSIS_NN_DSP},  {"cortex-m7", WICK_CMSIS_NN_DSP},
        {"cortex-m33", WICK_CMSIS_NN_DSP}, {"cortex-m35", WICK_CMSIS_NN_DSP},
    };
    for (size_t i = 0; i < sizeof cores / sizeof cores[0]; i++) {
        if (strncmp(core, cores[i].start, strlen(cores[i].start)) == 0) {
            return cores[i].set;
        }
    }
    return WICK_CMSIS_NN_SCALAR;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

static int64_t round_up(int64_t value, int64_t multiple)
{
    return (value + multiple - 1) / multiple * multiple;
}

// arm_convolve_s8_get_buffer_size: columns gathered from the input.
static int64_t columns(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv)
{
    const int64_t depth = (int64_t)conv->width.kernel * conv->height.kernel * conv->in_channels;
    return set == WICK_CMSIS_NN_MVE ? MVE_COLUMNS * round_up(depth, MVE_LANES)
                                    : 2 * round_up(depth, 4) * BYTES_16;
}

static bool is_pointwise(const wick_cmsis_nn_conv *conv)
{
    return conv->width.padding == 0 && conv->height.padding == 0 && conv->width.kernel == 1 &&
           conv->height.kernel == 1 && conv->width.dilation == 1 && conv->height.dilation == 1 &&
           conv->in_channels == conv->filter_channels;
}

static bool is_row(const wick_cmsis_nn_conv *conv)
{
    return conv->height.in == 1 && conv->width.dilation == 1 && conv->height.kernel == 1 &&
           (int64_t)conv->width.stride * conv->in_channels % 4 == 0 &&
           conv->in_channels == conv->filter_channels;
}

// Zeros before and behind a row together; negative if its end is not read.
static int64_t row_padding(const wick_cmsis_nn_axis *width)
{
    return ((int64_t)width->out - 1) * width->stride + width->kernel - width->in;
}

// Windows that start before the row, or end behind it, as the kernel counts them.
static int64_t padded_windows(int64_t padding, int64_t stride)
{
    return padding != 0 ? larger(1, (padding + stride - 1) / stride) : 0;
}

// arm_convolve_1_x_n_s8_get_buffer_size_mve.
static int64_t row_with_vectors(const wick_cmsis_nn_conv *conv)
{
    const wick_cmsis_nn_axis *width = &conv->width;
    const int64_t odd = row_padding(width) % 2;
    const int64_t right = padded_windows(width->padding + odd, width->stride);
    const int64_t left = padded_windows(width->padding, width->stride);
    const int64_t whole = larger(width->out - (right + left), 0);
    if (right + whole + left != width->out) {
        return columns(WICK_CMSIS_NN_MVE, conv);
    }
    const int64_t before = (int64_t)width->padding * conv->in_channels;
    const int64_t behind = odd != 0 ? right * conv->in_channels : before;
    const int64_t window = (int64_t)width->kernel * conv->in_channels;
    return larger(window + before, window - conv->in_channels + behind);
}

int64_t wick_cmsis_nn_conv_scratch(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv)
{
    if (is_pointwise(conv)) {
        return 0;
    }
    return set == WICK_CMSIS_NN_MVE && is_row(conv) ? row_with_vectors(conv) : columns(set, conv);
}

int64_t wick_cmsis_nn_depthwise_scratch(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv)
{
    const int64_t window = (int64_t)conv->width.kernel * conv->height.kernel;
    int64_t size = 0;
    if (conv->in_channels == conv->out_channels && conv->batch == 1 && conv->width.dilation == 1 &&
        conv->height.dilation == 1) {
        const bool is_3x3 = conv->width.kernel == 3 && conv->height.kernel == 3 &&
                            conv->width.padding <= 1 && conv->height.padding <= 1;
        if (set == WICK_CMSIS_NN_MVE) {
            size = MVE_COLUMNS * MVE_DEPTHWISE_CHANNELS * window;
        } else if (set == WICK_CMSIS_NN_DSP && !is_3x3) {
            size = conv->in_channels * window * BYTES_16;
        }
    }
    if (set == WICK_CMSIS_NN_MVE && conv->in_channels == 1 && conv->out_channels > 1) {
        wick_cmsis_nn_conv dense = *conv; // which it is run as, with a copy of the weights
        dense.filter_channels = 1;
        size = larger(size, wick_cmsis_nn_conv_scratch(set, &dense) + window * conv->out_channels);
    }
    return size;
}

// arm_transpose_conv_wrapper_s8: as a convolution of weights in reversed order.
static bool is_reversed(const wick_cmsis_nn_conv *conv)
{
    return conv->width.stride <= REVERSED_MOST_STRIDE &&
           conv->height.stride <= REVERSED_MOST_STRIDE &&
           conv->in_channels > REVERSED_ABOVE_CHANNELS;
}

bool wick_cmsis_nn_pads_rows(const wick_cmsis_nn_conv *conv)
{
    return is_reversed(conv) || conv->height.padding == 0 || conv->height.stride == 1;
}

int64_t wick_cmsis_nn_transpose_scratch(const wick_cmsis_nn_conv *conv, wick_cmsis_nn_set set,
                                        int64_t *reversed_weight_bytes)
{
    const wick_cmsis_nn_axis *height = &conv->height;
    const wick_cmsis_nn_axis *width = &conv->width;
    const int64_t window = (int64_t)width->kernel * height->kernel;
    if (is_reversed(conv)) {
        *reversed_weight_bytes = conv->in_channels * window * conv->out_channels;
        return columns(set, conv);
    }
    *reversed_weight_bytes = 0;
    // The wider of kernel width and vertical stride: so it stands in CMSIS-NN.
    const int64_t row =
        ((int64_t)width->in - 1) * width->stride + larger(width->kernel, height->stride);
    return row * conv->out_channels * larger(height->kernel, height->stride) * BYTES_32;
}

int64_t wick_cmsis_nn_matmul_scratch(wick_cmsis_nn_set set, int64_t cols)
{
    return set == WICK_CMSIS_NN_MVE ? cols * BYTES_32 : 0;
}

int64_t wick_cmsis_nn_avg_pool_scratch(wick_cmsis_nn_set set, int64_t channels)
{
    return set == WICK_CMSIS_NN_DSP ? channels * BYTES_32 : 0;
}

// The kernel takes the first window that ends behind the row to hold all but one of its positions.
static bool ends_unevenly(const wick_cmsis_nn_axis *width)
{
    const int64_t padded = padded_windows(width->padding, width->stride); // at either end
    const int64_t first_behind = width->out - padded;
    return width->padding != 0 && first_behind >= padded &&
           width->in - (first_behind * width->stride - width->padding) != width->kernel - 1;
}

bool wick_cmsis_nn_refuses_row(wick_cmsis_nn_set set, const wick_cmsis_nn_conv *conv)
{
    return set == WICK_CMSIS_NN_MVE && !is_pointwise(conv) && is_row(conv) &&
           (row_padding(&conv->width) != 2 * (int64_t)conv->width.padding ||
            ends_unevenly(&conv->width));
}
