// SPDX-License-Identifier: BSD-3-Clause
// One element of any type as an integer that orders as PyTorch sorts: numbers by value, -0 beside
// 0, every NaN above all of them.
#ifndef WICK_KERNELS_ELEMENT_KEY_H
#define WICK_KERNELS_ELEMENT_KEY_H

#include "kernels/element/element.h"

#include <string.h>

#define WICK_KEY_NAN INT64_MAX // of real types only

// Sign and magnitude of `bits` bits, of which a magnitude above `infinity` is a NaN.
static inline int64_t wick_key_of_real(uint64_t value, uint32_t bits, uint64_t infinity)
{
    const uint64_t sign = 1ull << (bits - 1);
    const uint64_t magnitude = value & (sign - 1);
    if (magnitude > infinity) {
        return WICK_KEY_NAN;
    }
    return (value & sign) != 0 ? -(int64_t)magnitude : (int64_t)magnitude;
}

static inline int64_t wick_element_key(const void *data, ptrdiff_t index, uint32_t dtype)
{
    uint64_t wide;
    uint32_t word;
    switch (dtype) {
    case WICK_FLOAT32:
        memcpy(&word, (const float *)data + index, sizeof word);
        return wick_key_of_real(word, 32, 0x7f800000u);
    case WICK_FLOAT16:
        return wick_key_of_real(((const uint16_t *)data)[index], 16, 0x7c00u);
    case WICK_BFLOAT16:
        return wick_key_of_real(((const uint16_t *)data)[index], 16, 0x7f80u);
    case WICK_FLOAT64:
        memcpy(&wide, (const double *)data + index, sizeof wide);
        return wick_key_of_real(wide, 64, 0x7ff0000000000000ull);
    }
    return wick_element_integer(data, index, dtype);
}

// Whether a key of this type stands for a NaN.
static inline bool wick_key_is_nan(int64_t key, uint32_t dtype)
{
    return key == WICK_KEY_NAN && (wick_element_is_real(dtype) || dtype == WICK_FLOAT64);
}

// Copies one element to the same type.
static inline void wick_element_move(const void *in, ptrdiff_t from, void *out, ptrdiff_t to,
                                     uint32_t dtype)
{
    const uint32_t bytes = wick_dtype_size_bytes(dtype);
    memcpy((uint8_t *)out + to * (ptrdiff_t)bytes, wick_element_at(in, from, dtype), bytes);
}

#endif
