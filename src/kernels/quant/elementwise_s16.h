// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on 16-bit integers, as elementwise_s8.h has it for 8 bits.
//
// Range   zero points of operands are 0; offset and bounds of the result within int16.
// Result  sum: terms keep 15 bits of fraction instead of 20. table: entry i of 513 belongs to step
//         (i - 256) * 128; between two entries linear, floor((difference * part + 64) / 128).
#ifndef WICK_KERNELS_QUANT_ELEMENTWISE_S16_H
#define WICK_KERNELS_QUANT_ELEMENTWISE_S16_H

#include "kernels/quant/elementwise_s8.h"

enum { WICK_QUANT_ADD_S16_HEADROOM = 1 << 15, WICK_TABLE_S16_ENTRIES = 513 };

typedef struct wick_quant_pair_s16 {
    const int16_t *a, *b;
    int16_t *out;
} wick_quant_pair_s16;

static inline uint32_t wick_quant_term_s16(const wick_quant_operand *operand, int16_t value)
{
    return (uint32_t)wick_requantize(value * WICK_QUANT_ADD_S16_HEADROOM, operand->scale.multiplier,
                                     operand->scale.shift);
}

// The end of a sum of terms, which is modulo 2^32.
static inline int16_t wick_quant_sum_s16(const wick_quant_residual *r, uint32_t terms)
{
    const int32_t steps =
        wick_requantize((int32_t)terms, r->out_scale.multiplier, r->out_scale.shift);
    return (int16_t)wick_quant_clamp(steps, &r->range);
}

void wick_add_s16(const wick_add_s8_params *params, const wick_quant_loops *loops,
                  const wick_quant_pair_s16 *data);
void wick_mul_s16(const wick_mul_s8_params *params, const wick_quant_loops *loops,
                  const wick_quant_pair_s16 *data);
void wick_lookup_s16(size_t count, const int16_t *table, const int16_t *input, int16_t *out);

// From one integer type and scale to another: clamp(rescale(q - zero_point) + offset).
typedef struct wick_rescale_params {
    int32_t zero_point; // in [-32768, 32767]
    wick_quant_scale scale;
    wick_quant_range range; // within the type of out
} wick_rescale_params;
// 8 or 16 bits each.
typedef struct wick_rescale_ends {
    const void *input;
    void *out;
    bool is_wide_input, is_wide_out;
} wick_rescale_ends;
void wick_rescale(const wick_rescale_params *params, size_t count, const wick_rescale_ends *ends);

#endif
