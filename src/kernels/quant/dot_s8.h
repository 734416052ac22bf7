// SPDX-License-Identifier: BSD-3-Clause
// Sums of products of 8-bit integers, modulo 2^32. Offsets in [-256, 256].
#ifndef WICK_KERNELS_QUANT_DOT_S8_H
#define WICK_KERNELS_QUANT_DOT_S8_H

#include <stddef.h>
#include <stdint.h>

typedef struct wick_quant_offsets {
    int32_t a, b;
} wick_quant_offsets;

// sum + sum over i of (a[i] + offsets.a) * (b[i] + offsets.b).
static inline uint32_t wick_dot_s8(uint32_t sum, const int8_t *a, const int8_t *b, int32_t count,
                                   wick_quant_offsets offsets)
{
    for (int32_t i = 0; i < count; i++) {
        sum += (uint32_t)((a[i] + offsets.a) * (b[i] + offsets.b));
    }
    return sum;
}

// Columns of which one pass over a row makes the sums: each element of the row is loaded once for
// all.
enum { WICK_DOT_COLUMNS = 4 };

// sums[j] += sum over i of (a[i] + offset) * b[j * column + i], for all columns j.
static inline void wick_dot_columns_s8(uint32_t *sums, const int8_t *a, const int8_t *b,
                                       ptrdiff_t column, int32_t count, int32_t offset)
{
    const int8_t *const b1 = b + column;
    const int8_t *const b2 = b1 + column;
    const int8_t *const b3 = b2 + column;
    uint32_t sum0 = sums[0], sum1 = sums[1], sum2 = sums[2], sum3 = sums[3];
    for (int32_t i = 0; i < count; i++) {
        const int32_t x = a[i] + offset;
        sum0 += (uint32_t)(x * b[i]);
        sum1 += (uint32_t)(x * b1[i]);
        sum2 += (uint32_t)(x * b2[i]);
        sum3 += (uint32_t)(x * b3[i]);
    }
    sums[0] = sum0;
    sums[1] = sum1;
    sums[2] = sum2;
    sums[3] = sum3;
}

#endif
