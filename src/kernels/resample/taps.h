// SPDX-License-Identifier: BSD-3-Clause
// What one output reads along one axis, and the weighted sum over three axes.
#ifndef WICK_KERNELS_RESAMPLE_TAPS_H
#define WICK_KERNELS_RESAMPLE_TAPS_H

#include "kernels/spatial/space.h"

enum { WICK_TAPS_MAX = 4 };

typedef struct wick_taps {
    int32_t count;
    int32_t at[WICK_TAPS_MAX]; // position on the axis; below 0: outside, adds nothing
    float weight[WICK_TAPS_MAX];
} wick_taps;

// The one position of an axis of size 1.
static inline wick_taps wick_taps_single(int32_t at)
{
    return (wick_taps){1, {at}, {1}};
}

// Weights of the four positions from floor(x) - 1 on, for x - floor(x) = t: cubic convolution with
// A = -0.75 (PyTorch's get_cubic_upsample_coefficients).
void wick_taps_cubic_weights(float t, float weight[WICK_TAPS_MAX]);

// Sum over depth, rows and columns of weights times elements, from element `plane` of `data` on.
float wick_taps_sum(const wick_space *in, const void *data, ptrdiff_t plane, uint32_t dtype,
                    const wick_taps axes[3]);

#endif
