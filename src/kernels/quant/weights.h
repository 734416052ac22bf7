// SPDX-License-Identifier: BSD-3-Clause
// Matrices of weights in few bits, row by row, with a scale for each row or for each group of a
// row.
//
// i8   one byte each.
// i4   two in a byte, the first in its low half, two's complement; a row of odd length ends with an
//      unused half. In [-8, 7].
// f16, bf16   without scales.
#ifndef WICK_KERNELS_QUANT_WEIGHTS_H
#define WICK_KERNELS_QUANT_WEIGHTS_H

#include <stddef.h>
#include <stdint.h>

typedef enum wick_weight_format {
    WICK_WEIGHT_I8,
    WICK_WEIGHT_I4,
    WICK_WEIGHT_F16,
    WICK_WEIGHT_BF16,
} wick_weight_format;

typedef struct wick_weight_shape {
    int32_t rows, depth;
    int32_t groups; // of each row, all of one size; 1 at least
    int32_t format; // wick_weight_format
} wick_weight_shape;

size_t wick_weight_row_bytes(const wick_weight_shape *shape);

// Elements first .. first + count - 1 of a row that starts at `row`. To int8: i8 and i4 alone.
void wick_weights_to_s8(const wick_weight_shape *shape, const void *row, int32_t first,
                        int32_t count, int8_t *out);
void wick_weights_to_f32(const wick_weight_shape *shape, const void *row, int32_t first,
                         int32_t count, float *out);

#endif
