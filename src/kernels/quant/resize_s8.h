// SPDX-License-Identifier: BSD-3-Clause
// Images of 8-bit integers in another size, channels innermost: nearest and bilinear.
//
// Shapes  input [batch, in_height, in_width, channels], out [batch, out_height, out_width, ..].
// steps   for each row of out, then for each column: the two positions of the input between which
//         it lies, and the share of the second in units of 2^-11, in [0, 2048]. Nearest: share 0.
// Result  floor((sum of q * share of row * share of column + 2^21) / 2^22): input and out have one
//         scale and zero point.
// Memory  out must not overlap the input.
#ifndef WICK_KERNELS_QUANT_RESIZE_S8_H
#define WICK_KERNELS_QUANT_RESIZE_S8_H

#include <stdint.h>

enum { WICK_RESIZE_SHARE_BITS = 11 };

typedef struct wick_resize_s8_params {
    int32_t batch, channels;
    int32_t in_height, in_width, out_height, out_width;
} wick_resize_s8_params;

typedef struct wick_resize_step {
    int32_t first, second, share;
} wick_resize_step;

void wick_resize_s8(const wick_resize_s8_params *params, const wick_resize_step *steps,
                    const int8_t *input, int8_t *out);

#endif
