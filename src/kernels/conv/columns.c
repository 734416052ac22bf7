// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/columns.h"

#include "kernels/element/element.h"

#include <string.h>

// Element of the columns for a channel, kernel position and window.
static ptrdiff_t column_element(const wick_columns_params *p, const int32_t channel[2],
                                const int32_t k[2], const int32_t window[2])
{
    const ptrdiff_t row = ((ptrdiff_t)channel[1] * p->kernel[0] + k[0]) * p->kernel[1] + k[1];
    return (ptrdiff_t)channel[0] * p->strides[0] + row * p->strides[1] +
           ((ptrdiff_t)window[0] * p->windows[1] + window[1]) * p->strides[2];
}

static int32_t position(const wick_columns_params *p, uint32_t axis, int32_t window, int32_t k)
{
    const int32_t at = window * p->stride[axis] - p->padding[axis] + k * p->dilation[axis];
    return at >= 0 && at < p->image.sizes[WICK_SPACE_HEIGHT + axis] ? at : -1;
}

static void copy_window_row(const wick_columns_params *p, const int32_t channel[2],
                            const int32_t k[2], int32_t y, const void *image, void *columns)
{
    const uint32_t bytes = wick_dtype_size_bytes(p->dtype);
    const int32_t row = position(p, 0, y, k[0]);
    for (int32_t x = 0; x < p->windows[1]; x++) {
        const int32_t window[2] = {y, x};
        const int32_t column = position(p, 1, x, k[1]);
        uint8_t *const to =
            (uint8_t *)columns + column_element(p, channel, k, window) * (ptrdiff_t)bytes;
        if (row < 0 || column < 0) {
            memset(to, 0, bytes);
            continue;
        }
        const ptrdiff_t from = wick_space_plane(&p->image, channel[0], channel[1]) +
                               (ptrdiff_t)row * p->image.strides[WICK_SPACE_HEIGHT] +
                               (ptrdiff_t)column * p->image.strides[WICK_SPACE_WIDTH];
        memcpy(to, wick_element_at(image, from, p->dtype), bytes);
    }
}

void wick_columns_of_image(const wick_columns_params *params, const void *image, void *columns)
{
    const wick_columns_params *const p = params;
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    for (int32_t n = 0; n < p->image.sizes[WICK_SPACE_BATCH]; n++) {
        for (int32_t row = 0; row < p->image.sizes[WICK_SPACE_CHANNELS] * kernel; row++) {
            const int32_t channel[2] = {n, row / kernel};
            const int32_t k[2] = {row % kernel / p->kernel[1], row % p->kernel[1]};
            for (int32_t y = 0; y < p->windows[0]; y++) {
                copy_window_row(p, channel, k, y, image, columns);
            }
        }
    }
}

// The window that meets position `at` with kernel position k, or -1.
static int32_t window_at(const wick_columns_params *p, uint32_t axis, int32_t at, int32_t k)
{
    const int32_t first = at + p->padding[axis] - k * p->dilation[axis];
    if (first < 0 || first % p->stride[axis] != 0) {
        return -1;
    }
    const int32_t window = first / p->stride[axis];
    return window < p->windows[axis] ? window : -1;
}

typedef struct sum {
    float real;
    uint64_t integer;
} sum;

static void add(const wick_columns_params *p, const void *columns, ptrdiff_t from, sum *total)
{
    if (wick_element_is_real(p->dtype)) {
        total->real += wick_element_real(columns, from, p->dtype);
    } else {
        total->integer += (uint64_t)wick_element_integer(columns, from, p->dtype);
    }
}

static sum sum_of(const wick_columns_params *p, const void *columns, const int32_t at[5])
{
    sum total = {0, 0};
    const int32_t kernel = p->kernel[0] * p->kernel[1];
    for (int32_t i = 0; i < kernel; i++) {
        const int32_t k[2] = {i / p->kernel[1], i % p->kernel[1]};
        const int32_t window[2] = {window_at(p, 0, at[WICK_SPACE_HEIGHT], k[0]),
                                   window_at(p, 1, at[WICK_SPACE_WIDTH], k[1])};
        if (window[0] >= 0 && window[1] >= 0) {
            add(p, columns, column_element(p, at, k, window), &total);
        }
    }
    return total;
}

void wick_columns_to_image(const wick_columns_params *params, const void *columns, void *image)
{
    const wick_columns_params *const p = params;
    wick_space_position at = {{0}};
    if (wick_space_is_empty(&p->image)) {
        return;
    }
    do {
        const sum total = sum_of(p, columns, at.at);
        const ptrdiff_t to = wick_space_offset(&p->image, &at);
        if (wick_element_is_real(p->dtype)) {
            wick_element_store_real(image, to, p->dtype, total.real);
        } else {
            wick_element_store_integer(image, to, p->dtype, (int64_t)total.integer);
        }
    } while (wick_space_next(&p->image, &at));
}
