// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m_quantize.h"

#include "base/failure.h"
#include "ops/cortex_m.h"

enum { INPUT, SCALE, ZERO_POINT, MINIMUM, MAXIMUM, DTYPE, OUT };

// Smallest and largest integer of a type; both 0 for one that these operators lack.
static void type_bounds(uint32_t dtype, int32_t bounds[2])
{
    bounds[0] = dtype == WICK_INT8 ? INT8_MIN : dtype == WICK_INT16 ? INT16_MIN : 0;
    bounds[1] = dtype == WICK_INT8    ? INT8_MAX
                : dtype == WICK_INT16 ? INT16_MAX
                : dtype == WICK_UINT8 ? UINT8_MAX
                                      : 0;
}

// `real` is the argument that is float32, `integer` the other tensor.
static wick_status prepare(const wick_call *call, uint32_t real, uint32_t integer,
                           wick_quantize_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const uint32_t dtype = wick_call_tensor(call, integer)->dtype;
    int32_t bounds[2];
    type_bounds(dtype, bounds);
    if (wick_call_tensor(call, real)->dtype != WICK_FLOAT32 || bounds[1] == 0) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, real,
                              WICK_TEXT("types are not f32 and one of i8, u8, i16"));
    }
    if (wick_call_int(call, DTYPE) != (int64_t)dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, DTYPE,
                              WICK_TEXT("dtype is not that of the tensor"));
    }
    WICK_TRY(wick_cortex_m_int(call, ZERO_POINT, INT16_MIN, UINT16_MAX, &p->zero_point));
    WICK_TRY(wick_cortex_m_int(call, MINIMUM, bounds[0], bounds[1], &p->minimum));
    WICK_TRY(wick_cortex_m_int(call, MAXIMUM, bounds[0], bounds[1], &p->maximum));
    WICK_TRY(wick_call_resize(call, OUT, input->rank, input->sizes));
    if (!wick_tensor_same_order(input, wick_call_tensor(call, OUT))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, OUT,
                              WICK_TEXT("input and out differ in dim order"));
    }
    p->count = (uint32_t)wick_tensor_count(input);
    p->dtype = (uint8_t)dtype;
    return WICK_OK;
}

wick_status wick_cortex_m_quantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_params *const p = block;
    const double scale = wick_call_real(call, SCALE);
    if (!(scale > 0)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SCALE,
                              WICK_TEXT("scale is not above 0"));
    }
    p->factor = (float)(1.0 / scale);
    return prepare(call, INPUT, OUT, p);
}

wick_status wick_cortex_m_dequantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_params *const p = block;
    p->factor = (float)wick_call_real(call, SCALE);
    return prepare(call, OUT, INPUT, p);
}

wick_status wick_cortex_m_quantize_run(const wick_call *call, const void *block)
{
    wick_quantize_f32(block, wick_call_tensor(call, INPUT)->data,
                      wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}

wick_status wick_cortex_m_dequantize_run(const wick_call *call, const void *block)
{
    wick_dequantize_f32(block, wick_call_tensor(call, INPUT)->data,
                        wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
