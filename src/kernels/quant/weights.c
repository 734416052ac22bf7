// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/quant/weights.h"

#include "base/half.h"

size_t wick_weight_row_bytes(const wick_weight_shape *shape)
{
    const size_t depth = (size_t)shape->depth;
    return shape->format == WICK_WEIGHT_I8   ? depth
           : shape->format == WICK_WEIGHT_I4 ? (depth + 1) / 2
                                             : 2 * depth;
}

static int8_t nibble(const uint8_t *row, int32_t i)
{
    const uint32_t half = (uint32_t)row[i / 2] >> (i % 2 * 4) & 15u;
    return (int8_t)((int32_t)(half ^ 8u) - 8);
}

void wick_weights_to_s8(const wick_weight_shape *shape, const void *row, int32_t first,
                        int32_t count, int8_t *out)
{
    const int8_t *const bytes = row;
    for (int32_t i = 0; i < count; i++) {
        out[i] = shape->format == WICK_WEIGHT_I4 ? nibble(row, first + i) : bytes[first + i];
    }
}

void wick_weights_to_f32(const wick_weight_shape *shape, const void *row, int32_t first,
                         int32_t count, float *out)
{
    const int8_t *const bytes = row;
    const uint16_t *const halves = row;
    switch ((wick_weight_format)shape->format) {
    case WICK_WEIGHT_I8:
        for (int32_t i = 0; i < count; i++) {
            out[i] = bytes[first + i];
        }
        break;
    case WICK_WEIGHT_I4:
        for (int32_t i = 0; i < count; i++) {
            out[i] = nibble(row, first + i);
        }
        break;
    case WICK_WEIGHT_F16:
        for (int32_t i = 0; i < count; i++) {
            out[i] = wick_f32_from_f16(halves[first + i]);
        }
        break;
    case WICK_WEIGHT_BF16:
        for (int32_t i = 0; i < count; i++) {
            out[i] = wick_f32_from_bf16(halves[first + i]);
        }
        break;
    }
}
