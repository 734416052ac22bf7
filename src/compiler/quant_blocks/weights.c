// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant_blocks/weights.h"

#include <math.h>
#include <stddef.h>

static bool pack_row(int32_t depth, const int8_t *weights, uint8_t *packed)
{
    for (int32_t i = 0; i < depth; i++) {
        const uint32_t half = (uint32_t)weights[i] & 15u;
        if (weights[i] < -8 || weights[i] > 7) {
            return false;
        }
        packed[i / 2] = (uint8_t)(i % 2 == 0 ? half : packed[i / 2] | half << 4);
    }
    return true;
}

bool wick_quant_pack_w4(int32_t rows, int32_t depth, const int8_t *weights, uint8_t *packed)
{
    const ptrdiff_t row_bytes = depth / 2 + depth % 2;
    for (ptrdiff_t r = 0; r < rows; r++) {
        if (!pack_row(depth, weights + r * depth, packed + r * row_bytes)) {
            return false;
        }
    }
    return true;
}

bool wick_quant_group_factors(int32_t groups, const float *scales, double *row_scale,
                              int32_t *factors)
{
    *row_scale = 0;
    for (int32_t g = 0; g < groups; g++) {
        if (!isfinite(scales[g]) || !(scales[g] > 0)) {
            return false;
        }
        *row_scale = fmax(*row_scale, (double)scales[g]);
    }
    for (int32_t g = 0; g < groups; g++) {
        factors[g] = (int32_t)rint(ldexp((double)scales[g] / *row_scale, 15));
    }
    return true;
}
