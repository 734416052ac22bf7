// SPDX-License-Identifier: BSD-3-Clause
// Integers of 2, 4 and 8 bits whose scales, and zero points, are floats of groups: the embeddings
// and the mixed products of quantized_decomposed.
//
// value     (integer - zero point) * scale, each step rounded to float32; without zero points 0.
// 2 bits    four in a byte, the first lowest, less 2; 4 bits: two in a byte, the first in its high
//           half, less 8.
// Types     scales and zero points have one of f32, f16, bf16; results and inputs too.
#ifndef WICK_KERNELS_QUANT_GROUPED_H
#define WICK_KERNELS_QUANT_GROUPED_H

#include <stdint.h>

typedef struct wick_grouped_scales {
    uint32_t dtype;
    const void *scales;
    const void *zero_points; // or NULL
} wick_grouped_scales;

// Table [rows, depth] with scales [rows, groups]; groups divides depth.
typedef struct wick_grouped_table {
    uint32_t depth, groups;
    uint8_t bits;
    uint8_t dtype; // of the integers: int8 or uint8 for 8 bits
    uint8_t out_dtype;
} wick_grouped_table;

// Row `row` of the table -> out [depth].
void wick_grouped_row(const wick_grouped_table *table, uint64_t row, const void *weight,
                      const wick_grouped_scales *scales, void *out);

// out [rows, cols] = input [rows, depth] * int8 weights: [depth, cols] with a scale for each row of
// them, or [cols, depth] with scales [cols, groups]. Sums in float32, in order of depth.
typedef struct wick_mixed {
    uint32_t rows, depth, cols, groups;
    uint32_t dtype, out_dtype;
    uint32_t is_transposed; // weights are [cols, depth]
} wick_mixed;

void wick_mixed_product(const wick_mixed *plan, const void *input, const void *weight,
                        const wick_grouped_scales *scales, void *out);

#endif
