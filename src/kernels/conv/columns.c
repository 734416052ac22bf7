// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/columns.h"

#include <string.h>

#include "kernels/element/in_f32.h"

#include "kernels/conv/columns_body.h"

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
