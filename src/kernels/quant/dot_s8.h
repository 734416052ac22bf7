// SPDX-License-Identifier: BSD-3-Clause
// sum + sum over i of (a[i] + a_offset) * (b[i] + b_offset), modulo 2^32. Offsets in [-256, 256].
#ifndef WICK_KERNELS_QUANT_DOT_S8_H
#define WICK_KERNELS_QUANT_DOT_S8_H

#include <stdint.h>

typedef struct wick_quant_offsets {
    int32_t a, b;
} wick_quant_offsets;

static inline uint32_t wick_dot_s8(uint32_t sum, const int8_t *a, const int8_t *b, int32_t count,
                                   wick_quant_offsets offsets)
{
    for (int32_t i = 0; i < count; i++) {
        sum += (uint32_t)((a[i] + offsets.a) * (b[i] + offsets.b));
    }
    return sum;
}

#endif
