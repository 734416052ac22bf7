// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/resample/taps.h"

#include "kernels/element/element.h"

// The kernel of cubic convolution for |x| <= 1, and for 1 < |x| < 2.
static float cubic_near(float x, float a)
{
    return ((a + 2) * x - (a + 3)) * x * x + 1;
}

static float cubic_far(float x, float a)
{
    return ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
}

void wick_taps_cubic_weights(float t, float weight[WICK_TAPS_MAX])
{
    const float a = -0.75f;
    weight[0] = cubic_far(t + 1, a);
    weight[1] = cubic_near(t, a);
    weight[2] = cubic_near(1 - t, a);
    weight[3] = cubic_far(2 - t, a);
}

static float row_sum(const wick_space *in, const void *data, ptrdiff_t row, uint32_t dtype,
                     const wick_taps *columns)
{
    float sum = 0;
    for (int32_t i = 0; i < columns->count; i++) {
        if (columns->at[i] >= 0) {
            const ptrdiff_t at = row + (ptrdiff_t)columns->at[i] * in->strides[WICK_SPACE_WIDTH];
            sum += wick_element_load(data, at, dtype) * columns->weight[i];
        }
    }
    return sum;
}

float wick_taps_sum(const wick_space *in, const void *data, ptrdiff_t plane, uint32_t dtype,
                    const wick_taps axes[3])
{
    float total = 0;
    for (int32_t z = 0; z < axes[0].count; z++) {
        float sum = 0;
        for (int32_t y = 0; axes[0].at[z] >= 0 && y < axes[1].count; y++) {
            if (axes[1].at[y] >= 0) {
                const ptrdiff_t row = plane +
                                      (ptrdiff_t)axes[0].at[z] * in->strides[WICK_SPACE_DEPTH] +
                                      (ptrdiff_t)axes[1].at[y] * in->strides[WICK_SPACE_HEIGHT];
                sum += row_sum(in, data, row, dtype, &axes[2]) * axes[1].weight[y];
            }
        }
        total += sum * axes[0].weight[z];
    }
    return total;
}
