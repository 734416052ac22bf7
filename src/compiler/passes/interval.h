// SPDX-License-Identifier: BSD-3-Clause
// The arithmetic of quantized kernels on intervals of int32 (docs/numerics.md). Rescaling by a
// factor of at least 0 and clamping keep order, so that the ends give the ends of the result as
// long as nothing wraps; where it might, the clamp alone bounds the result.
#ifndef WICK_COMPILER_PASSES_INTERVAL_H
#define WICK_COMPILER_PASSES_INTERVAL_H

#include "ops/quant/quant_layers.h"

typedef struct wick_interval {
    int64_t low, high; // ends included
} wick_interval;

static const wick_interval wick_interval_nothing = {INT64_MAX, INT64_MIN};

static inline wick_interval wick_interval_of(int64_t value)
{
    return (wick_interval){value, value};
}

static inline bool wick_interval_is_one(wick_interval interval)
{
    return interval.low == interval.high;
}

// Makes *interval hold `by` too.
static inline void wick_interval_extend(wick_interval *interval, wick_interval by)
{
    interval->low = by.low < interval->low ? by.low : interval->low;
    interval->high = by.high > interval->high ? by.high : interval->high;
}

// Rescaled, moved by the offset, clamped. The scale is valid.
wick_interval wick_interval_narrow(wick_interval sums, wick_quant_scale scale,
                                   const wick_quant_range *range);
// b_sign * b added to a, as wick_add_s8 and layers with a residual do.
wick_interval wick_interval_add(wick_interval a, wick_interval b, int32_t b_sign,
                                const wick_quant_residual *scale);
wick_interval wick_interval_multiply(wick_interval a, wick_interval b);

#endif
