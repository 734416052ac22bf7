// SPDX-License-Identifier: BSD-3-Clause
// Windows over images of 8-bit or 16-bit integers, channels innermost: maximum, and mean in
// integers.
//
// maximum  clamp(maximum of what the window sees); nothing seen counts as the
//          least step.
// mean     clamp(rescale(sum of (input - zero_point)) + offset). The scale holds 1 / the number of
//          counted positions and the scales of input and out. Counted are the positions of the
//          window inside [counted_low, counted_high) of each axis: with or without padding. Where
//          the count differs from window to window there is a scale for each count from 1 on.
// Shapes   input [batch, height, width, channels], out likewise.
// Range    kernel sizes multiply to at most 2^22 (16 bits: 2^14), so that the sum fits; scales
// valid. scale_count 1
//          or at least the kernel's size.
// Memory   positions one after the other, from the last to the first if is_backward; each reads
//          its window and nothing else.
#ifndef WICK_KERNELS_QUANT_POOL2D_NHWC_S8_H
#define WICK_KERNELS_QUANT_POOL2D_NHWC_S8_H

#include "kernels/quant/requantize.h"
#include "kernels/quant/taps.h"

typedef struct wick_pool2d_nhwc_params {
    int32_t batch, channels;
    wick_quant_axis height, width;
    int32_t counted_low[2], counted_high[2]; // of rows, of columns; mean only
    int32_t zero_point;                      // mean only
    wick_quant_range range;                  // maximum: the offset is not added
    int32_t is_backward;                     // 0 or 1
    int32_t scale_count;                     // mean only, else 0
} wick_pool2d_nhwc_params;

void wick_pool2d_max_nhwc_s8(const wick_pool2d_nhwc_params *params, const int8_t *input,
                             int8_t *out);
void wick_pool2d_mean_nhwc_s8(const wick_pool2d_nhwc_params *params, const wick_quant_scale *scales,
                              const int8_t *input, int8_t *out);

void wick_pool2d_max_nhwc_s16(const wick_pool2d_nhwc_params *params, const int16_t *input,
                              int16_t *out);
void wick_pool2d_mean_nhwc_s16(const wick_pool2d_nhwc_params *params,
                               const wick_quant_scale *scales, const int16_t *input, int16_t *out);

#endif
