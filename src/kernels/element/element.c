// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/element/element.h"

#include "base/half.h"

// The two halves by type; a type that is in neither (f64, complex) reads as 0.
static float real_of(const void *data, ptrdiff_t index, uint32_t dtype)
{
    switch (dtype) {
    case WICK_FLOAT32:
        return ((const float *)data)[index];
    case WICK_FLOAT16:
        return wick_f32_from_f16(((const uint16_t *)data)[index]);
    case WICK_BFLOAT16:
        return wick_f32_from_bf16(((const uint16_t *)data)[index]);
    }
    return 0.0f;
}

static int64_t integer_of(const void *data, ptrdiff_t index, uint32_t dtype)
{
    switch (dtype) {
    case WICK_INT64:
        return ((const int64_t *)data)[index];
    case WICK_INT32:
        return ((const int32_t *)data)[index];
    case WICK_INT16:
        return ((const int16_t *)data)[index];
    case WICK_INT8:
        return ((const int8_t *)data)[index];
    case WICK_UINT8:
    case WICK_BOOL:
        return ((const uint8_t *)data)[index];
    case WICK_UINT16:
        return ((const uint16_t *)data)[index];
    }
    return 0;
}

static int64_t integer_from_real(float value)
{
    if (value >= 0x1p63f) {
        return INT64_MAX;
    }
    return value >= -0x1p63f ? (int64_t)value : INT64_MIN;
}

float wick_element_real(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return wick_element_is_real(dtype) ? real_of(data, index, dtype)
                                       : (float)integer_of(data, index, dtype);
}

int64_t wick_element_integer(const void *data, ptrdiff_t index, uint32_t dtype)
{
    return wick_element_is_real(dtype) ? integer_from_real(real_of(data, index, dtype))
                                       : integer_of(data, index, dtype);
}

void wick_element_store_real(void *data, ptrdiff_t index, uint32_t dtype, float value)
{
    switch (dtype) {
    case WICK_FLOAT32:
        ((float *)data)[index] = value;
        break;
    case WICK_FLOAT16:
        ((uint16_t *)data)[index] = wick_f16_from_f32(value);
        break;
    case WICK_BFLOAT16:
        ((uint16_t *)data)[index] = wick_bf16_from_f32(value);
        break;
    }
}

void wick_element_store_integer(void *data, ptrdiff_t index, uint32_t dtype, int64_t value)
{
    switch (dtype) {
    case WICK_INT64:
        ((int64_t *)data)[index] = value;
        break;
    case WICK_INT32:
        ((int32_t *)data)[index] = (int32_t)value;
        break;
    case WICK_INT16:
    case WICK_UINT16:
        ((uint16_t *)data)[index] = (uint16_t)value;
        break;
    case WICK_INT8:
    case WICK_UINT8:
        ((uint8_t *)data)[index] = (uint8_t)value;
        break;
    case WICK_BOOL:
        ((uint8_t *)data)[index] = value != 0;
        break;
    }
}

float wick_element_rounded(float value, uint32_t dtype)
{
    int64_t room = 0; // for an element of any type: compilers see all of the switch
    if (dtype == WICK_FLOAT32) {
        return value;
    }
    wick_element_store_real(&room, 0, dtype, value);
    return wick_element_real(&room, 0, dtype);
}
