// SPDX-License-Identifier: BSD-3-Clause
// Norms of any order, an element at a time: add wick_norm_add of each magnitude to 0 (order -inf:
// to +inf), then take wick_norm_root. Order 0 counts what is not 0.
#ifndef WICK_KERNELS_MATH_NORM_H
#define WICK_KERNELS_MATH_NORM_H

#include "kernels/math/math.h"
#include "kernels/math/sum.h"

#include <stdbool.h>

#define WICK_NORM_INFINITE __builtin_inff()

typedef struct wick_norm {
    float order;
    wick_exact_sum total; // of an infinite order: the extreme, in total.sum
} wick_norm;

static inline wick_norm wick_norm_start(float order)
{
    return (wick_norm){order, {order == -WICK_NORM_INFINITE ? WICK_NORM_INFINITE : 0, 0}};
}

static inline float wick_norm_term(float magnitude, float order)
{
    if (order == 2) {
        return magnitude * magnitude;
    }
    if (order == 1) {
        return magnitude;
    }
    return order == 0 ? magnitude != 0 : wick_exp_f32(order * wick_log_f32(magnitude));
}

static inline void wick_norm_add(wick_norm *norm, float x)
{
    const float magnitude = x < 0 ? -x : x;
    const float best = norm->total.sum;
    if (norm->order == WICK_NORM_INFINITE) {
        norm->total.sum = magnitude > best || magnitude != magnitude ? magnitude : best;
    } else if (norm->order == -WICK_NORM_INFINITE) {
        norm->total.sum = magnitude < best || magnitude != magnitude ? magnitude : best;
    } else {
        wick_exact_add(&norm->total, wick_norm_term(magnitude, norm->order));
    }
}

static inline float wick_norm_root(const wick_norm *norm)
{
    const float total = norm->total.sum;
    const float order = norm->order;
    if (order == 2) {
        return wick_sqrt_f32(total);
    }
    const bool is_itself =
        order == 0 || order == 1 || order == WICK_NORM_INFINITE || order == -WICK_NORM_INFINITE;
    return is_itself ? total : wick_exp_f32(wick_log_f32(total) / order);
}

#endif
