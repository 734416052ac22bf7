// SPDX-License-Identifier: BSD-3-Clause
#include "ops/scalar.h"

#include "base/failure.h"
#include "kernels/elementwise/convert.h"

static int64_t largest(uint32_t dtype)
{
    const uint32_t bits = 8 * wick_dtype_size_bytes(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16;
    return (int64_t)(UINT64_MAX >> (64 - bits + (is_unsigned ? 0 : 1)));
}

wick_status wick_call_integer(const wick_call *call, uint32_t arg, uint32_t dtype, int64_t *out)
{
    const int64_t value = wick_call_scalar_int(call, arg);
    const int64_t bound = largest(dtype);
    const bool is_unsigned = dtype == WICK_UINT8 || dtype == WICK_UINT16;
    // As PyTorch: a negative number may wrap into an unsigned type.
    const int64_t lowest = is_unsigned ? -bound : -bound - 1;
    const bool is_nan = wick_call_is_real(call, arg) && !(wick_call_real(call, arg) >= -0x1p+63 &&
                                                          wick_call_real(call, arg) < 0x1p+63);
    if (value < lowest || value > bound || is_nan) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("scalar does not fit the integer type of the tensor"));
    }
    *out = is_unsigned ? value & bound : value;
    return WICK_OK;
}

wick_status wick_call_element(const wick_call *call, uint32_t arg, uint32_t dtype,
                              uint8_t element[8])
{
    const wick_elements one = {dtype, 1, 1};
    if (dtype == WICK_COMPLEX64) {
        const wick_elements parts = {WICK_FLOAT32, 1, 2};
        const double pair[2] = {wick_call_real(call, arg), 0};
        wick_write_f64(&parts, pair, element);
        return WICK_OK;
    }
    if (dtype == WICK_BOOL || wick_dtype_is_float(dtype)) {
        const double value = wick_call_real(call, arg);
        wick_write_f64(&one, &value, element);
        return WICK_OK;
    }
    int64_t value;
    WICK_TRY(wick_call_integer(call, arg, dtype, &value));
    wick_write_i64(&one, &value, element);
    return WICK_OK;
}

bool wick_call_is_text(const wick_call *call, uint32_t arg, const char *text)
{
    const wick_value *string = wick_call_value(call, arg);
    for (uint32_t i = 0; i < string->list.count; i++) {
        if (text[i] == 0 || string->list.items[i] != (uint8_t)text[i]) {
            return false;
        }
    }
    return text[string->list.count] == 0;
}
