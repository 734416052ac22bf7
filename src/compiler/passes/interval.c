// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/interval.h"

static bool fits_32(int64_t value)
{
    return value >= INT32_MIN && value <= INT32_MAX;
}

// value * scale before the offset is added. False if the sum or a step on the way leaves int32.
static bool rescale(int64_t value, wick_quant_scale scale, int64_t *out)
{
    const int32_t left = scale.shift > 0 ? scale.shift : 0;
    const int64_t limit = (INT64_C(1) << 61) >> left;
    if (!fits_32(value) || value * scale.multiplier > limit || value * scale.multiplier < -limit) {
        return false;
    }
    *out = wick_requantize((int32_t)value, scale.multiplier, scale.shift);
    return true;
}

static bool rescale_both(wick_interval values, wick_quant_scale scale, wick_interval *out)
{
    if (scale.multiplier == 0 || scale.shift < -31) { // leaves nothing of any int32
        *out = wick_interval_of(0);
        return true;
    }
    return rescale(values.low, scale, &out->low) && rescale(values.high, scale, &out->high);
}

wick_interval wick_interval_narrow(wick_interval sums, wick_quant_scale scale,
                                   const wick_quant_range *range)
{
    wick_interval steps;
    if (!rescale_both(sums, scale, &steps) || !fits_32(steps.low + range->offset) ||
        !fits_32(steps.high + range->offset)) {
        const bool is_empty = range->minimum > range->maximum; // then the upper bound wins
        return (wick_interval){is_empty ? range->maximum : range->minimum, range->maximum};
    }
    return (wick_interval){wick_quant_narrow((int32_t)steps.low, range),
                           wick_quant_narrow((int32_t)steps.high, range)};
}

static bool term(wick_interval values, const wick_quant_operand *operand, wick_interval *out)
{
    const int64_t headroom = INT64_C(1) << 20;
    const wick_interval shifted = {(values.low - operand->zero_point) * headroom,
                                   (values.high - operand->zero_point) * headroom};
    return rescale_both(shifted, operand->scale, out);
}

wick_interval wick_interval_add(wick_interval a, wick_interval b, int32_t b_sign,
                                const wick_quant_residual *scale)
{
    // Of terms that may wrap nothing is known: `narrow` sees ends outside int32.
    wick_interval sum = {INT64_MIN, INT64_MAX};
    wick_interval left;
    wick_interval right;
    if (term(a, &scale->a, &left) && term(b, &scale->b, &right)) {
        sum.low = left.low + (b_sign < 0 ? -right.high : right.low);
        sum.high = left.high + (b_sign < 0 ? -right.low : right.high);
    }
    return wick_interval_narrow(sum, scale->out_scale, &scale->range);
}

wick_interval wick_interval_multiply(wick_interval a, wick_interval b)
{
    wick_interval hull = wick_interval_of(a.low * b.low);
    wick_interval_extend(&hull, wick_interval_of(a.low * b.high));
    wick_interval_extend(&hull, wick_interval_of(a.high * b.low));
    wick_interval_extend(&hull, wick_interval_of(a.high * b.high));
    return hull;
}
