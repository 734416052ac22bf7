// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/layer_norm.h"

#include <math.h>
#include <stddef.h>

enum { MOST_FRACTION = 40, WEIGHT_BITS = 30, EPSILON_BITS = 61 };

static bool is_scale(double scale)
{
    return isfinite(scale) && scale > 0;
}

static double in_steps(const float *values, int32_t i, double otherwise, double scale)
{
    return (values != NULL ? (double)values[i] : otherwise) / scale;
}

// The largest magnitude of weights and biases in steps of the result; NaN or infinity stays.
static double largest(const wick_quant_layer_norm *real, int32_t depth)
{
    double most = 0;
    for (int32_t i = 0; i < depth; i++) {
        const double weight = fabs(in_steps(real->weight, i, 1, real->out.scale));
        const double bias = fabs(in_steps(real->bias, i, 0, real->out.scale));
        if (!isfinite(weight) || !isfinite(bias)) {
            return HUGE_VAL;
        }
        most = fmax(most, fmax(weight, bias));
    }
    return most;
}

bool wick_quant_layer_norm_from_real(const wick_quant_layer_norm *real,
                                     wick_layer_norm_s8_params *params, int32_t *weights)
{
    const double n = params->depth;
    const double epsilon = rint(n * n * real->epsilon / (real->in_scale * real->in_scale));
    if (!is_scale(real->in_scale) || !is_scale(real->out.scale) || params->depth < 1 ||
        !(epsilon >= 0) || !(epsilon < ldexp(1, EPSILON_BITS))) {
        return false;
    }
    const double most = largest(real, params->depth);
    if (!(most < ldexp(1, WEIGHT_BITS))) {
        return false;
    }
    int32_t bits = 0;
    while (bits < MOST_FRACTION && ldexp(most, bits + 1) < ldexp(1, WEIGHT_BITS)) {
        bits++;
    }
    const uint64_t whole = (uint64_t)epsilon;
    params->epsilon[0] = (int32_t)(uint32_t)whole;
    params->epsilon[1] = (int32_t)(uint32_t)(whole >> 32);
    params->fraction_bits = bits;
    params->range = (wick_quant_range){real->out.zero_point, INT8_MIN, INT8_MAX};
    for (int32_t i = 0; i < params->depth; i++) {
        weights[i] = (int32_t)rint(ldexp(in_steps(real->weight, i, 1, real->out.scale), bits));
        weights[params->depth + i] =
            (int32_t)rint(ldexp(in_steps(real->bias, i, 0, real->out.scale), bits));
    }
    return true;
}
