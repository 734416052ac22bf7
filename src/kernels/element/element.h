// SPDX-License-Identifier: BSD-3-Clause
// One element of any type, by run-time type: for kernels whose speed does not matter (half types,
// integers). Real types are read as float; the result is rounded once when stored. Integers are
// 64-bit, stored modulo 2^n. Types not included (f64, complex) read as 0, and a store of
// one writes nothing.
#ifndef WICK_KERNELS_ELEMENT_ELEMENT_H
#define WICK_KERNELS_ELEMENT_ELEMENT_H

#include "wick/tensor.h"

// Element `index` converted to float, as a cast of its C type does.
float wick_element_real(const void *data, ptrdiff_t index, uint32_t dtype);
// Element `index` converted to int64; a real is truncated, saturating, NaN gives the smallest.
int64_t wick_element_integer(const void *data, ptrdiff_t index, uint32_t dtype);
void wick_element_store_real(void *data, ptrdiff_t index, uint32_t dtype, float value);
void wick_element_store_integer(void *data, ptrdiff_t index, uint32_t dtype, int64_t value);

// The value as an element of `dtype` (f32, f16, bf16) would hold it.
float wick_element_rounded(float value, uint32_t dtype);

// Whether the type is one of f32, f16, bf16.
static inline bool wick_element_is_real(uint32_t dtype)
{
    return dtype == WICK_FLOAT32 || dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16;
}

// The same with a type known to the compiler as f32: bodies shared by f32 and half types use these.
static inline float wick_element_load(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return dtype == WICK_FLOAT32 ? ((const float *)data)[index]
                                 : wick_element_real(data, index, dtype);
}

static inline void wick_element_store(void *data, ptrdiff_t index, uint32_t dtype, float value)
{
    if (dtype == WICK_FLOAT32) {
        ((float *)data)[index] = value;
    } else {
        wick_element_store_real(data, index, dtype, value);
    }
}

static inline const void *wick_element_at(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return (const uint8_t *)data + index * (ptrdiff_t)wick_dtype_size_bytes(dtype);
}

#endif
