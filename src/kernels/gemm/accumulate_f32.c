// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/gemm/accumulate_f32.h"

#define WICK_INLINE static inline __attribute__((always_inline))

// Four taps on two channels.
WICK_INLINE void add_4x2(const wick_columns_f32 *columns, const wick_taps_f32 *taps,
                         uint32_t channel, const ptrdiff_t stride, const ptrdiff_t step)
{
    const float *const v = columns->weights + channel * columns->weight_channel_stride;
    const float *const w = v + columns->weight_channel_stride;
    const float v0 = v[taps->weight[0]], v1 = v[taps->weight[1]];
    const float v2 = v[taps->weight[2]], v3 = v[taps->weight[3]];
    const float w0 = w[taps->weight[0]], w1 = w[taps->weight[1]];
    const float w2 = w[taps->weight[2]], w3 = w[taps->weight[3]];
    const float *x0 = taps->x[0], *x1 = taps->x[1], *x2 = taps->x[2], *x3 = taps->x[3];
    float *restrict a = columns->out + channel * columns->out_channel_stride;
    float *restrict b = a + columns->out_channel_stride;
    for (uint32_t i = columns->count; i > 0; i--) {
        const float y0 = *x0, y1 = *x1, y2 = *x2, y3 = *x3;
        *a += y0 * v0 + y1 * v1 + y2 * v2 + y3 * v3;
        *b += y0 * w0 + y1 * w1 + y2 * w2 + y3 * w3;
        x0 += stride;
        x1 += stride;
        x2 += stride;
        x3 += stride;
        a += step;
        b += step;
    }
}

WICK_INLINE void add_4x1(const wick_columns_f32 *columns, const wick_taps_f32 *taps,
                         uint32_t channel, const ptrdiff_t stride, const ptrdiff_t step)
{
    const float *const v = columns->weights + channel * columns->weight_channel_stride;
    const float v0 = v[taps->weight[0]], v1 = v[taps->weight[1]];
    const float v2 = v[taps->weight[2]], v3 = v[taps->weight[3]];
    const ptrdiff_t offset = channel * columns->x_channel_stride;
    const float *x0 = taps->x[0] + offset, *x1 = taps->x[1] + offset;
    const float *x2 = taps->x[2] + offset, *x3 = taps->x[3] + offset;
    float *restrict a = columns->out + channel * columns->out_channel_stride;
    for (uint32_t i = columns->count; i > 0; i--) {
        *a += *x0 * v0 + *x1 * v1 + *x2 * v2 + *x3 * v3;
        x0 += stride;
        x1 += stride;
        x2 += stride;
        x3 += stride;
        a += step;
    }
}

static void add_1x1(const wick_columns_f32 *columns, const float *x, float weight,
                    float *restrict out)
{
    for (uint32_t i = columns->count; i > 0; i--) {
        *out += *x * weight;
        x += columns->x_stride;
        out += columns->out_stride;
    }
}

static void add_single_taps(const wick_columns_f32 *columns, const wick_taps_f32 *taps)
{
    for (uint32_t channel = 0; channel < columns->channels; channel++) {
        const float *const weights = columns->weights + channel * columns->weight_channel_stride;
        float *const out = columns->out + channel * columns->out_channel_stride;
        for (uint32_t t = 0; t < taps->count; t++) {
            add_1x1(columns, taps->x[t] + channel * columns->x_channel_stride,
                    weights[taps->weight[t]], out);
        }
    }
}

WICK_INLINE void add_four_taps(const wick_columns_f32 *columns, const wick_taps_f32 *taps,
                               const ptrdiff_t stride, const ptrdiff_t step)
{
    uint32_t channel = 0;
    if (columns->x_channel_stride == 0) {
        for (; channel + 1 < columns->channels; channel += 2) {
            add_4x2(columns, taps, channel, stride, step);
        }
    }
    for (; channel < columns->channels; channel++) {
        add_4x1(columns, taps, channel, stride, step);
    }
}

void wick_accumulate_f32(const wick_columns_f32 *columns, const wick_taps_f32 *taps)
{
    if (taps->count < WICK_TAPS) {
        add_single_taps(columns, taps);
    } else if (columns->x_stride == 1 && columns->out_stride == 1) {
        add_four_taps(columns, taps, 1, 1);
    } else {
        add_four_taps(columns, taps, columns->x_stride, columns->out_stride);
    }
}
