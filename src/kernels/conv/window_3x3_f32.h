// SPDX-License-Identifier: BSD-3-Clause
// Runs of outputs that gain a whole 3x3 window of one input channel each: depthwise convolution
// away from the borders. As nine taps of gemm/accumulate_f32.h, with the weights kept in registers.
//
// Shapes  x: the first input that the first output of the first channel sees; rows of the window
// lie
//         x_row_stride elements apart, its columns side by side; nine weights a channel.
// Memory  out must not overlap an input.
#ifndef WICK_KERNELS_CONV_WINDOW_3X3_F32_H
#define WICK_KERNELS_CONV_WINDOW_3X3_F32_H

#include "kernels/gemm/accumulate_f32.h"

void wick_window_3x3_f32(const wick_columns_f32 *columns, const float *x, ptrdiff_t x_row_stride);

#endif
