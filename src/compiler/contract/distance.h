// SPDX-License-Identifier: BSD-3-Clause
// How far a result may lie over the input that it is computed from.
//
// An operator writes its result piece by piece and reads each piece of the input for the last time
// somewhere on the way. Computing forward, the result may start below the input and run after it:
// nothing is lost as long as, after each piece, its end has not passed the lowest input byte that
// this piece or a later one reads. So with
//     forward_bytes = max over pieces of (end of the piece - lowest input byte still needed)
// the two may share memory if input offset >= out offset + forward_bytes. Computing backward it is
// the mirror image:
//     backward_bytes = max over pieces of (end of the highest input byte still needed - start of
//     the piece), and out offset >= input offset + backward_bytes.
#ifndef WICK_COMPILER_CONTRACT_DISTANCE_H
#define WICK_COMPILER_CONTRACT_DISTANCE_H

#include "kernels/quant/conv2d_s8.h"
#include "kernels/quant/pool2d_nhwc_s8.h"

#include <stdint.h>

// No overlap in this order.
#define WICK_DISTANCE_NONE INT64_MAX

typedef struct wick_distance {
    int64_t forward_bytes;
    int64_t backward_bytes;
} wick_distance;

typedef enum wick_window_kind {
    WICK_WINDOW_DENSE,     // each output channel reads all input channels of its window
    WICK_WINDOW_DEPTHWISE, // in rising order of channels, each reads its own
    WICK_WINDOW_TRANSPOSED,
} wick_window_kind;

// Pixels of [batch, height, width, channels] in row-major order, elements of one byte.
wick_distance wick_distance_windows(const wick_quant_conv_params *params, wick_window_kind kind);
// A pool over such an image.
wick_distance wick_distance_pool(const wick_pool2d_nhwc_params *params);
// [rows, input_bytes] to [rows, out_bytes], row by row; a row of the result needs the whole row.
wick_distance wick_distance_rows(int64_t rows, int64_t input_bytes, int64_t out_bytes);
// Element i of the result needs element i of the input alone, which is read before it is written.
wick_distance wick_distance_elements(int64_t count, int64_t input_bytes, int64_t out_bytes);

#endif
