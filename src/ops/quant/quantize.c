// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quantize.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/op.h"

enum { INPUT, SCALE, ZERO_POINT }; // then minimum, maximum and dtype
enum { SCALES = 1, ZERO_POINTS, AXIS };
enum { QUANTIZE_OUT = 6, DEQUANTIZE_OUT_DTYPE = 6, DEQUANTIZE_OUT = 7 };

// Smallest and largest integer of a type; both 0 for one that these operators lack.
static void type_bounds(uint32_t dtype, int64_t bounds[2])
{
    static const uint8_t bits[] = {
        [WICK_UINT8] = 8, [WICK_INT8] = 7, [WICK_INT16] = 15, [WICK_INT32] = 31};
    const uint32_t width = dtype < sizeof bits ? bits[dtype] : 0;
    bounds[1] = ((int64_t)1 << width) - 1;
    bounds[0] = dtype == WICK_UINT8 || width == 0 ? 0 : -bounds[1] - 1;
}

static wick_status int_between(const wick_call *call, uint32_t arg, const int64_t bounds[2],
                               int32_t *out)
{
    const int64_t value = wick_call_int(call, arg);
    if (value < bounds[0] || value > bounds[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("quantization parameter out of range"));
    }
    *out = (int32_t)value;
    return WICK_OK;
}

// Where a zero point may lie: anywhere that 16 bits reach, but 0 for int32, whose difference from
// another would not be exact.
static void zero_point_bounds(uint32_t dtype, int64_t bounds[2])
{
    bounds[0] = dtype == WICK_INT32 ? 0 : INT16_MIN;
    bounds[1] = dtype == WICK_INT32 ? 0 : UINT16_MAX;
}

wick_status wick_quantize_common_arguments(const wick_call *call, wick_quantize_ends ends,
                                           uint32_t first, wick_quantize_params *p)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const uint32_t dtype = wick_call_tensor(call, ends.integer)->dtype;
    int64_t bounds[2];
    type_bounds(dtype, bounds);
    if (wick_call_tensor(call, ends.real)->dtype != WICK_FLOAT32 || bounds[1] == 0) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, ends.real,
                              WICK_TEXT("types are not f32 and one of i8, u8, i16, i32"));
    }
    if (wick_call_int(call, first + 2) != (int64_t)dtype) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, first + 2,
                              WICK_TEXT("dtype is not that of the tensor"));
    }
    WICK_TRY(int_between(call, first, bounds, &p->minimum));
    WICK_TRY(int_between(call, first + 1, bounds, &p->maximum));
    if (p->minimum > p->maximum) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, first,
                              WICK_TEXT("quant_min is above quant_max"));
    }
    WICK_TRY(wick_call_resize(call, ends.out, input->rank, input->sizes));
    if (!wick_tensor_same_order(input, wick_call_tensor(call, ends.out))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, ends.out,
                              WICK_TEXT("input and out differ in dim order"));
    }
    p->count = (uint32_t)wick_tensor_count(input);
    p->dtype = (uint8_t)dtype;
    return WICK_OK;
}

wick_status wick_quantize_arguments(const wick_call *call, wick_quantize_ends ends,
                                    wick_quantize_params *params)
{
    const int64_t zero_point = wick_call_int(call, ZERO_POINT);
    WICK_TRY(wick_quantize_common_arguments(call, ends, ZERO_POINT + 1, params));
    params->zero_point = (int32_t)zero_point;
    return wick_quantize_check_zero_point(call, ZERO_POINT, params->dtype, zero_point);
}

// NaN fails both comparisons.
wick_status wick_quantize_check_scale(const wick_call *call, uint32_t arg, double scale)
{
    if (scale >= 0x1p-126 && scale <= 0x1p126) {
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                          WICK_TEXT("scale is not between 2^-126 and 2^126"));
}

wick_status wick_quantize_check_zero_point(const wick_call *call, uint32_t arg, uint32_t dtype,
                                           int64_t zero_point)
{
    int64_t bounds[2];
    zero_point_bounds(dtype, bounds);
    if (zero_point >= bounds[0] && zero_point <= bounds[1]) {
        return WICK_OK;
    }
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, WICK_TEXT("zero point out of range"));
}

wick_status wick_quantize_check_out_dtype(const wick_call *call, uint32_t arg)
{
    if (!wick_call_is_none(call, arg) && wick_call_int(call, arg) != WICK_FLOAT32) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("out_dtype is not f32"));
    }
    return WICK_OK;
}

wick_status wick_quantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_block *const b = block;
    const double scale = wick_call_real(call, SCALE);
    WICK_TRY(wick_quantize_check_scale(call, SCALE, scale));
    b->factor = (float)(1.0 / scale);
    return wick_quantize_arguments(call, (wick_quantize_ends){INPUT, QUANTIZE_OUT, QUANTIZE_OUT},
                                   b);
}

wick_status wick_dequantize_prepare(const wick_call *call, void *block)
{
    wick_quantize_block *const b = block;
    const double scale = wick_call_real(call, SCALE);
    WICK_TRY(wick_quantize_check_scale(call, SCALE, scale));
    b->factor = (float)scale;
    WICK_TRY(wick_quantize_check_out_dtype(call, DEQUANTIZE_OUT_DTYPE));
    return wick_quantize_arguments(call,
                                   (wick_quantize_ends){DEQUANTIZE_OUT, INPUT, DEQUANTIZE_OUT}, b);
}

// scales, zero_points: a vector with an entry for each channel.
static wick_status check_vector(const wick_call *call, uint32_t arg, uint8_t dtype, int32_t count)
{
    const wick_tensor *const vector = wick_call_tensor(call, arg);
    if (vector->dtype != dtype) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("scales are not f32 or zero points not i64"));
    }
    if (vector->rank != 1 || vector->sizes[0] != count) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("no vector with an entry for each channel"));
    }
    return WICK_OK;
}

static const int64_t *zero_points_of(const wick_call *call)
{
    const wick_tensor *const tensor = wick_call_optional_tensor(call, ZERO_POINTS);
    return tensor ? tensor->data : 0;
}

// What the vectors hold: once for constants, else whenever they are used.
static wick_status check_values(const wick_call *call, const wick_quantize_channels *plan)
{
    const float *const scales = wick_call_tensor(call, SCALES)->data;
    const int64_t *const zero_points = zero_points_of(call);
    for (uint32_t c = 0; c < plan->channels; c++) {
        WICK_TRY(wick_quantize_check_scale(call, SCALES, (double)scales[c]));
        if (zero_points) {
            WICK_TRY(wick_quantize_check_zero_point(call, ZERO_POINTS, plan->each.dtype,
                                                    zero_points[c]));
        }
    }
    return WICK_OK;
}

static bool is_constant(const wick_tensor *tensor)
{
    return (tensor->flags & WICK_TENSOR_CONSTANT) != 0 && tensor->data != 0;
}

static wick_status prepare_channels(const wick_call *call, wick_quantize_ends ends,
                                    wick_quantize_channels *plan)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const zero_points = wick_call_optional_tensor(call, ZERO_POINTS);
    uint32_t axis;
    WICK_TRY(wick_call_dim(call, AXIS, wick_call_int(call, AXIS), input->rank, &axis));
    WICK_TRY(wick_quantize_common_arguments(call, ends, AXIS + 1, &plan->each));
    if (input->rank == 0 || !wick_tensor_is_row_major(input) ||
        !wick_tensor_is_row_major(wick_call_tensor(call, ends.out))) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INPUT, WICK_TEXT("not contiguous"));
    }
    WICK_TRY(check_vector(call, SCALES, WICK_FLOAT32, input->sizes[axis]));
    if (zero_points) {
        WICK_TRY(check_vector(call, ZERO_POINTS, WICK_INT64, input->sizes[axis]));
    }
    plan->outer = plan->inner = 1;
    plan->channels = (uint32_t)input->sizes[axis];
    for (uint32_t i = 0; i < input->rank; i++) {
        plan->outer *= i < axis ? (uint32_t)input->sizes[i] : 1;
        plan->inner *= i > axis ? (uint32_t)input->sizes[i] : 1;
    }
    const bool is_known =
        is_constant(wick_call_tensor(call, SCALES)) && (!zero_points || is_constant(zero_points));
    return is_known ? check_values(call, plan) : WICK_OK;
}

wick_status wick_quantize_channels_prepare(const wick_call *call, void *block)
{
    enum { OUT = QUANTIZE_OUT + 1 };
    return prepare_channels(call, (wick_quantize_ends){INPUT, OUT, OUT},
                            &((wick_quantize_channels_block *)block)->plan);
}

wick_status wick_dequantize_channels_prepare(const wick_call *call, void *block)
{
    enum { OUT = DEQUANTIZE_OUT + 1 };
    WICK_TRY(wick_quantize_check_out_dtype(call, DEQUANTIZE_OUT_DTYPE + 1));
    return prepare_channels(call, (wick_quantize_ends){OUT, INPUT, OUT},
                            &((wick_quantize_channels_block *)block)->plan);
}

wick_status wick_quantize_run(const wick_call *call, const void *block)
{
    wick_quantize_f32(block, wick_call_tensor(call, INPUT)->data,
                      wick_call_tensor(call, QUANTIZE_OUT)->data);
    return WICK_OK;
}

wick_status wick_dequantize_run(const wick_call *call, const void *block)
{
    wick_dequantize_f32(block, wick_call_tensor(call, INPUT)->data,
                        wick_call_tensor(call, DEQUANTIZE_OUT)->data);
    return WICK_OK;
}

wick_status wick_quantize_channels_run(const wick_call *call, const void *block)
{
    const wick_quantize_channels *const plan = &((const wick_quantize_channels_block *)block)->plan;
    WICK_TRY(check_values(call, plan));
    wick_quantize_channels_f32(plan, wick_call_tensor(call, SCALES)->data, zero_points_of(call),
                               wick_call_tensor(call, INPUT)->data,
                               wick_call_tensor(call, QUANTIZE_OUT + 1)->data);
    return WICK_OK;
}

wick_status wick_dequantize_channels_run(const wick_call *call, const void *block)
{
    const wick_quantize_channels *const plan = &((const wick_quantize_channels_block *)block)->plan;
    WICK_TRY(check_values(call, plan));
    wick_dequantize_channels_f32(plan, wick_call_tensor(call, SCALES)->data, zero_points_of(call),
                                 wick_call_tensor(call, INPUT)->data,
                                 wick_call_tensor(call, DEQUANTIZE_OUT + 1)->data);
    return WICK_OK;
}
