// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/element_f64.h"

double wick_element_real_f64(const void *data, ptrdiff_t index, uint32_t dtype)
{
    if (dtype == WICK_FLOAT64) {
        return ((const double *)data)[index];
    }
    return wick_element_is_real(dtype) ? (double)wick_element_real(data, index, dtype)
                                       : (double)wick_element_integer(data, index, dtype);
}

int64_t wick_element_integer_f64(const void *data, ptrdiff_t index, uint32_t dtype)
{
    if (dtype != WICK_FLOAT64) {
        return wick_element_integer(data, index, dtype);
    }
    const double value = ((const double *)data)[index];
    if (value >= 0x1p63) {
        return INT64_MAX;
    }
    return value >= -0x1p63 ? (int64_t)value : INT64_MIN;
}

void wick_element_store_real_f64(void *data, ptrdiff_t index, uint32_t dtype, double value)
{
    if (dtype == WICK_FLOAT64) {
        ((double *)data)[index] = value;
    } else {
        wick_element_store_real(data, index, dtype, (float)value);
    }
}

double wick_element_rounded_f64(double value, uint32_t dtype)
{
    return dtype == WICK_FLOAT64 ? value : (double)wick_element_rounded((float)value, dtype);
}
