// SPDX-License-Identifier: BSD-3-Clause
// Sum of two 8-bit operands of different scales (docs/numerics.md), and that sum as the end of a
// layer: the operand b is then added to what the layer computed, which is the operand a.
#ifndef WICK_KERNELS_QUANT_RESIDUAL_H
#define WICK_KERNELS_QUANT_RESIDUAL_H

#include "kernels/quant/requantize.h"

typedef struct wick_quant_operand {
    int32_t zero_point; // |zero point| <= 128
    wick_quant_scale scale;
} wick_quant_operand;

// clamp(rescale(rescale((a - za) << 20) + rescale((b - zb) << 20)) + offset). All scales valid.
typedef struct wick_quant_residual {
    wick_quant_operand a, b;
    wick_quant_scale out_scale;
    wick_quant_range range;
} wick_quant_residual;

enum { WICK_QUANT_ADD_HEADROOM = 1 << 20 }; // terms of a sum keep 20 bits of fraction

static inline int32_t wick_quant_term(const wick_quant_operand *operand, int32_t value)
{
    const int32_t shifted = (value - operand->zero_point) * WICK_QUANT_ADD_HEADROOM;
    return wick_requantize(shifted, operand->scale.multiplier, operand->scale.shift);
}

// The end of a sum of terms, which is modulo 2^32.
static inline int8_t wick_quant_sum(const wick_quant_residual *r, uint32_t terms)
{
    const int32_t steps =
        wick_requantize((int32_t)terms, r->out_scale.multiplier, r->out_scale.shift);
    return wick_quant_narrow(steps, &r->range);
}

// A layer's result, with the residual at `at` added unless that is NULL.
static inline int8_t wick_quant_finish(const wick_quant_residual *r, int8_t value, const int8_t *at)
{
    if (at == 0) {
        return value;
    }
    return wick_quant_sum(r, (uint32_t)wick_quant_term(&r->a, value) +
                                 (uint32_t)wick_quant_term(&r->b, *at));
}

#endif
