// SPDX-License-Identifier: BSD-3-Clause
// One element of any type as float64, by run-time type, as element.h has it in float: for hosts. A
// firmware without float64 links none of it (ops/float64.h).
#ifndef WICK_KERNELS_ELEMENT_ELEMENT_F64_H
#define WICK_KERNELS_ELEMENT_ELEMENT_F64_H

#include "kernels/element/element.h"

// Any real type or integer; complex types read as 0.
double wick_element_real_f64(const void *data, ptrdiff_t index, uint32_t dtype);
// As wick_element_integer, from f64 too.
int64_t wick_element_integer_f64(const void *data, ptrdiff_t index, uint32_t dtype);
// Rounds to f32 first where the type is a half one, as PyTorch does.
void wick_element_store_real_f64(void *data, ptrdiff_t index, uint32_t dtype, double value);
// The value as an element of `dtype` (a real type) would hold it.
double wick_element_rounded_f64(double value, uint32_t dtype);

static inline bool wick_element_is_real_f64(uint32_t dtype)
{
    return dtype == WICK_FLOAT64 || wick_element_is_real(dtype);
}

static inline double wick_element_load_f64(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return dtype == WICK_FLOAT64 ? ((const double *)data)[index]
                                 : wick_element_real_f64(data, index, dtype);
}

static inline void wick_element_store_f64(void *data, ptrdiff_t index, uint32_t dtype, double value)
{
    if (dtype == WICK_FLOAT64) {
        ((double *)data)[index] = value;
    } else {
        wick_element_store_real_f64(data, index, dtype, value);
    }
}

#endif
