// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/scale.h"

#include "kernels/quant/elementwise_s16.h"

#include <math.h>

enum { SMALLEST_SHIFT = -62 };

bool wick_quant_scale_from_real(double factor, wick_quant_scale *out)
{
    *out = (wick_quant_scale){0, 0};
    if (!isfinite(factor) || factor < 0) {
        return false;
    }
    int exponent;
    const double fraction = frexp(factor, &exponent);
    double rounded = rint(ldexp(fraction, 31));
    if (rounded >= 2147483648.0) { // 2^31
        rounded /= 2;
        exponent++;
    }
    if (exponent > WICK_QUANT_SHIFT_MAX) {
        return false;
    }
    if (exponent >= SMALLEST_SHIFT && factor > 0) {
        *out = (wick_quant_scale){(int32_t)rounded, exponent};
    }
    return true;
}

double wick_quant_scale_to_real(wick_quant_scale scale)
{
    return ldexp(scale.multiplier, scale.shift - 31);
}

static bool is_scale(double scale)
{
    return isfinite(scale) && scale > 0;
}

// Scales of both terms and of their sum; `headroom` is what a term of 1 step is multiplied with.
static bool set_sum_scales(double a, double b, double out, int32_t headroom,
                           wick_quant_residual *residual)
{
    if (!is_scale(a) || !is_scale(b) || !is_scale(out)) {
        return false;
    }
    const double twice = 2 * (a > b ? a : b);
    return wick_quant_scale_from_real(a / twice, &residual->a.scale) &&
           wick_quant_scale_from_real(b / twice, &residual->b.scale) &&
           wick_quant_scale_from_real(twice / (out * headroom), &residual->out_scale);
}

bool wick_quant_residual_from_real(const wick_quant_params *a, const wick_quant_params *b,
                                   const wick_quant_params *out, wick_quant_residual *residual)
{
    residual->a.zero_point = a->zero_point;
    residual->b.zero_point = b->zero_point;
    residual->range = (wick_quant_range){out->zero_point, INT8_MIN, INT8_MAX};
    return set_sum_scales(a->scale, b->scale, out->scale, WICK_QUANT_ADD_HEADROOM, residual);
}

bool wick_quant_residual_s16_from_real(double a, double b, const wick_quant_params *out,
                                       wick_quant_residual *residual)
{
    residual->a.zero_point = 0;
    residual->b.zero_point = 0;
    residual->range = (wick_quant_range){out->zero_point, INT16_MIN, INT16_MAX};
    return set_sum_scales(a, b, out->scale, WICK_QUANT_ADD_S16_HEADROOM, residual);
}

bool wick_quant_product_scale(double a, double b, double out, wick_quant_scale *scale)
{
    return is_scale(a) && is_scale(b) && is_scale(out) &&
           wick_quant_scale_from_real(a * b / out, scale);
}

bool wick_quant_quotient_scale(double a, double b, double out, wick_quant_scale *scale)
{
    return is_scale(a) && is_scale(b) && is_scale(out) &&
           wick_quant_scale_from_real(a / (b * out), scale);
}

int32_t wick_quant_step_of(double value, const wick_quant_params *params)
{
    const double steps = rint(value / params->scale) + params->zero_point;
    return steps >= INT8_MAX ? INT8_MAX : steps > INT8_MIN ? (int32_t)steps : INT8_MIN;
}
