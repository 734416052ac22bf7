// SPDX-License-Identifier: BSD-3-Clause
// Windows of an image as columns, and columns added up to an image.
//
// Shapes  image [batch, channels, height, width] as a space; columns [batch, channels * kernel
//         height * kernel width, windows] by the strides of batch, row and window.
// Range   stride, dilation >= 1, padding >= 0; positions fit in int32. Checked before.
// Memory  none; out must not overlap the input.
// Result  to columns: exact, 0 where a window leaves the image, any dtype. To an image: float sums
//         rounded once; integers modulo 2^bits.
#ifndef WICK_KERNELS_CONV_COLUMNS_H
#define WICK_KERNELS_CONV_COLUMNS_H

#include "kernels/spatial/space.h"

typedef struct wick_columns_params {
    wick_space image;
    int32_t strides[3]; // of the columns: batch, row, window
    int32_t kernel[2], stride[2], padding[2], dilation[2];
    int32_t windows[2]; // down and across
    uint8_t dtype;
} wick_columns_params;

void wick_columns_of_image(const wick_columns_params *params, const void *image, void *columns);
void wick_columns_to_image(const wick_columns_params *params, const void *columns, void *image);
void wick_columns_to_image_f64(const wick_columns_params *params, const void *columns, void *image);

#endif
