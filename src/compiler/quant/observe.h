// SPDX-License-Identifier: BSD-3-Clause
// The range of a tensor from the values seen, as scale and zero point of int8.
//
// Zero is always a step: padding and ReLU rely on it. Values that are all 0 get scale 1.
#ifndef WICK_COMPILER_QUANT_OBSERVE_H
#define WICK_COMPILER_QUANT_OBSERVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum wick_observer {
#define WICK_OBSERVER(id, name, what) WICK_OBSERVER_##id,
#include "compiler/quant/observers.def"
#undef WICK_OBSERVER
    WICK_OBSERVER_COUNT
} wick_observer;

const char *wick_observer_name(wick_observer observer);

// real = scale * (step - zero_point), step in [-128, 127], or of 16 bits with zero point 0.
typedef struct wick_quant_params {
    double scale;
    int32_t zero_point;
    bool is_wide; // int16
} wick_quant_params;

typedef struct wick_quant_values {
    const float *data;
    size_t count;
    float low, high; // of the values, all finite
} wick_quant_values;

// Looks for the smallest and largest value; false if one is infinite or NaN, at *where.
bool wick_quant_bounds(const float *data, size_t count, float *low, float *high, size_t *where);

// The parameters under which steps reach from low to high; low <= 0 <= high is made so.
wick_quant_params wick_quant_params_of(double low, double high);
// int16 that reach from -reach to reach: fine enough that no value need be clipped.
wick_quant_params wick_quant_wide_params_of(double reach);
// int16 that stand for each step of these parameters exactly.
wick_quant_params wick_quant_widened(const wick_quant_params *params);
wick_quant_params wick_observe(wick_observer observer, const wick_quant_values *values);

// Values to the reals that their steps stand for, as quantize and dequantize of ops.def would.
void wick_quant_round(const wick_quant_params *params, const float *in, float *out, size_t count);
// Adds the squares of `real`, and of what `tried` misses of it.
void wick_quant_add_error(const float *real, const float *tried, size_t count, double *signal,
                          double *noise);
// How many of them lie outside the range.
size_t wick_quant_clipped(const wick_quant_params *params, const float *data, size_t count);

#endif
