// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/window_3x3_f32.h"

static inline __attribute__((always_inline)) void
add_channel(const wick_columns_f32 *columns, const float *w, const float *const x[3],
            float *restrict out, const ptrdiff_t stride, const ptrdiff_t step)
{
    const float w0 = w[0], w1 = w[1], w2 = w[2], w3 = w[3], w4 = w[4];
    const float w5 = w[5], w6 = w[6], w7 = w[7], w8 = w[8];
    const float *a = x[0], *b = x[1], *c = x[2];
    for (uint32_t i = columns->count; i > 0; i--) {
        *out += (a[0] * w0 + a[1] * w1 + a[2] * w2) + (b[0] * w3 + b[1] * w4 + b[2] * w5) +
                (c[0] * w6 + c[1] * w7 + c[2] * w8);
        a += stride;
        b += stride;
        c += stride;
        out += step;
    }
}

void wick_window_3x3_f32(const wick_columns_f32 *columns, const float *x, ptrdiff_t x_row_stride)
{
    for (uint32_t channel = 0; channel < columns->channels; channel++) {
        const float *const first = x + channel * columns->x_channel_stride;
        const float *const rows[3] = {first, first + x_row_stride, first + 2 * x_row_stride};
        const float *const w = columns->weights + channel * columns->weight_channel_stride;
        float *const out = columns->out + channel * columns->out_channel_stride;
        if (columns->x_stride == 1 && columns->out_stride == 1) {
            add_channel(columns, w, rows, out, 1, 1);
        } else {
            add_channel(columns, w, rows, out, columns->x_stride, columns->out_stride);
        }
    }
}
