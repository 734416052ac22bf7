// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quantize_dynamic.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/op.h"

#include <string.h>

enum { INPUT, SCALE, ZERO_POINT, QUANT_MIN }; // then quant_max and dtype
enum { QUANTIZE_OUT = 6, DEQUANTIZE_OUT_DTYPE = 6, DEQUANTIZE_OUT = 7 };
enum { CHOOSE_MIN = 1, CHOOSE_MAX, CHOOSE_EPS, CHOOSE_DTYPE, CHOOSE_SCALE, CHOOSE_ZERO_POINT };
enum { TOKEN_DTYPE = 1, TOKEN_SCALE, TOKEN_ZERO_POINT };

static wick_status not_contiguous(const wick_call *call, uint32_t arg)
{
    return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("not contiguous"));
}

// Scales are f64 or f32 and zero points i64, `count` of each.
static wick_status check_parameters(const wick_call *call, size_t count)
{
    const wick_tensor *const scale = wick_call_tensor(call, SCALE);
    const wick_tensor *const zero_point = wick_call_tensor(call, ZERO_POINT);
    if ((scale->dtype != WICK_FLOAT64 && scale->dtype != WICK_FLOAT32) ||
        zero_point->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, SCALE,
                              WICK_TEXT("scales are not f64 or f32, or zero points not i64"));
    }
    if (wick_tensor_count(scale) != count || wick_tensor_count(zero_point) != count) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SCALE,
                              WICK_TEXT("not as many scales or zero points as the input takes"));
    }
    return WICK_OK;
}

static double scale_at(const wick_tensor *scales, uint32_t index)
{
    return scales->dtype == WICK_FLOAT64 ? ((const double *)scales->data)[index]
                                         : (double)((const float *)scales->data)[index];
}

static int64_t zero_point_at(const wick_call *call, uint32_t index)
{
    return ((const int64_t *)wick_call_tensor(call, ZERO_POINT)->data)[index];
}

static wick_status check_value(const wick_call *call, uint32_t dtype, uint32_t index)
{
    WICK_TRY(
        wick_quantize_check_scale(call, SCALE, scale_at(wick_call_tensor(call, SCALE), index)));
    return wick_quantize_check_zero_point(call, ZERO_POINT, dtype, zero_point_at(call, index));
}

static bool are_constant(const wick_call *call)
{
    const wick_tensor *const scale = wick_call_tensor(call, SCALE);
    const wick_tensor *const zero_point = wick_call_tensor(call, ZERO_POINT);
    return (scale->flags & zero_point->flags & WICK_TENSOR_CONSTANT) != 0 && scale->data &&
           zero_point->data;
}

static wick_status prepare_tensor(const wick_call *call, wick_quantize_ends ends,
                                  wick_quantize_block *block)
{
    WICK_TRY(wick_quantize_common_arguments(call, ends, QUANT_MIN, block));
    WICK_TRY(check_parameters(call, 1));
    return are_constant(call) ? check_value(call, block->dtype, 0) : WICK_OK;
}

wick_status wick_quantize_tensor_prepare(const wick_call *call, void *block)
{
    return prepare_tensor(call, (wick_quantize_ends){INPUT, QUANTIZE_OUT, QUANTIZE_OUT}, block);
}

wick_status wick_dequantize_tensor_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_quantize_check_out_dtype(call, DEQUANTIZE_OUT_DTYPE));
    return prepare_tensor(call, (wick_quantize_ends){DEQUANTIZE_OUT, INPUT, DEQUANTIZE_OUT}, block);
}

wick_status wick_quantize_tensor_run(const wick_call *call, const void *block)
{
    wick_quantize_params params = *(const wick_quantize_block *)block;
    WICK_TRY(check_value(call, params.dtype, 0));
    params.factor = (float)(1.0 / scale_at(wick_call_tensor(call, SCALE), 0));
    params.zero_point = (int32_t)zero_point_at(call, 0);
    wick_quantize_f32(&params, wick_call_tensor(call, INPUT)->data,
                      wick_call_tensor(call, QUANTIZE_OUT)->data);
    return WICK_OK;
}

wick_status wick_dequantize_tensor_run(const wick_call *call, const void *block)
{
    wick_quantize_params params = *(const wick_quantize_block *)block;
    WICK_TRY(check_value(call, params.dtype, 0));
    params.factor = (float)scale_at(wick_call_tensor(call, SCALE), 0);
    params.zero_point = (int32_t)zero_point_at(call, 0);
    wick_dequantize_f32(&params, wick_call_tensor(call, INPUT)->data,
                        wick_call_tensor(call, DEQUANTIZE_OUT)->data);
    return WICK_OK;
}

// Splits a tensor into rows of its last dimension.
static wick_status split(const wick_call *call, uint32_t *rows, uint32_t *depth)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    if (input->rank == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("no dimension to be a token"));
    }
    if (!wick_tensor_is_row_major(input)) {
        return not_contiguous(call, INPUT);
    }
    *depth = (uint32_t)input->sizes[input->rank - 1];
    *rows = 1;
    for (uint32_t i = 0; i + 1 < input->rank; i++) {
        *rows *= (uint32_t)input->sizes[i];
    }
    return WICK_OK;
}

// The results of an operator that finds scales: f64 and i64 of one shape, scale first.
static wick_status shape_found(const wick_call *call, uint32_t first, uint32_t rank,
                               const int32_t *sizes)
{
    if (wick_call_tensor(call, INPUT)->dtype != WICK_FLOAT32) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INPUT, WICK_TEXT("input is not f32"));
    }
    if (wick_call_tensor(call, first)->dtype != WICK_FLOAT64 ||
        wick_call_tensor(call, first + 1)->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_TYPE, first,
                              WICK_TEXT("scale_out is not f64, or zero_point_out not i64"));
    }
    WICK_TRY(wick_call_resize(call, first, rank, sizes));
    return wick_call_resize(call, first + 1, rank, sizes);
}

// Whether [minimum, maximum] lies in the integers of an 8 or 16-bit type, holds 0 and is no single
// one.
static bool is_range_of(uint32_t dtype, int64_t minimum, int64_t maximum)
{
    const bool is_range = minimum <= 0 && maximum >= 0 && minimum < maximum;
    switch (dtype) {
    case WICK_UINT8:
        return is_range && minimum == 0 && maximum <= UINT8_MAX;
    case WICK_INT8:
        return is_range && minimum >= INT8_MIN && maximum <= INT8_MAX;
    case WICK_INT16:
        return is_range && minimum >= INT16_MIN && maximum <= INT16_MAX;
    }
    return false;
}

wick_status wick_choose_qparams_prepare(const wick_call *call, void *block)
{
    static const int32_t one[] = {1};
    wick_choose_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const int64_t minimum = wick_call_int(call, CHOOSE_MIN);
    const int64_t maximum = wick_call_int(call, CHOOSE_MAX);
    WICK_TRY(shape_found(call, CHOOSE_SCALE, 1, one));
    if (!is_range_of((uint32_t)wick_call_int(call, CHOOSE_DTYPE), minimum, maximum)) {
        return wick_call_fail(
            call, WICK_INVALID_ARGUMENT, CHOOSE_MIN,
            WICK_TEXT("quant_min to quant_max is no range of i8, u8 or i16 with 0"));
    }
    if (wick_tensor_count(input) == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT, WICK_TEXT("input is empty"));
    }
    const double eps = wick_call_real(call, CHOOSE_EPS);
    WICK_TRY(wick_quantize_check_scale(call, CHOOSE_EPS, eps));
    *b = (wick_choose_block){1, (uint32_t)wick_tensor_count(input), (int32_t)minimum,
                             (int32_t)maximum, (float)eps};
    return WICK_OK;
}

wick_status wick_choose_tokens_prepare(const wick_call *call, void *block)
{
    wick_choose_block *const b = block;
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    int32_t sizes[WICK_MAX_RANK];
    WICK_TRY(split(call, &b->rows, &b->depth));
    if (wick_call_int(call, TOKEN_DTYPE) != WICK_INT8) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, TOKEN_DTYPE, WICK_TEXT("dtype is not i8"));
    }
    if (b->depth == 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT, WICK_TEXT("tokens are empty"));
    }
    memcpy(sizes, input->sizes, input->rank * sizeof sizes[0]);
    sizes[input->rank - 1] = 1;
    return shape_found(call, TOKEN_SCALE, input->rank, sizes);
}

static wick_status find_range(const wick_call *call, const wick_choose_block *b, uint32_t row,
                              wick_quantize_range *range)
{
    const float *const input = wick_call_tensor(call, INPUT)->data;
    if (!wick_find_range_f32(b->depth, input + (size_t)row * b->depth, range)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("no scale for values that are not finite"));
    }
    return WICK_OK;
}

static void put_found(const wick_call *call, uint32_t first, uint32_t row, wick_found_scale found)
{
    ((double *)wick_call_tensor(call, first)->data)[row] = found.scale;
    ((int64_t *)wick_call_tensor(call, first + 1)->data)[row] = found.zero_point;
}

wick_status wick_choose_qparams_run(const wick_call *call, const void *block)
{
    const wick_choose_block *const b = block;
    wick_quantize_range range;
    WICK_TRY(find_range(call, b, 0, &range));
    put_found(call, CHOOSE_SCALE, 0, wick_choose_scale(range, b->smallest, b->minimum, b->maximum));
    return WICK_OK;
}

wick_status wick_choose_tokens_run(const wick_call *call, const void *block)
{
    const wick_choose_block *const b = block;
    for (uint32_t row = 0; row < b->rows; row++) {
        wick_quantize_range range;
        WICK_TRY(find_range(call, b, row, &range));
        put_found(call, TOKEN_SCALE, row, wick_choose_scale_of_token(range));
    }
    return WICK_OK;
}

static wick_status check_values(const wick_call *call, const wick_quantize_tokens *plan)
{
    for (uint32_t row = 0; row < plan->rows; row++) {
        WICK_TRY(check_value(call, plan->dtype, row));
    }
    return WICK_OK;
}

static wick_status prepare_tokens(const wick_call *call, wick_quantize_ends ends,
                                  wick_quantize_tokens *plan)
{
    wick_quantize_params common;
    WICK_TRY(split(call, &plan->rows, &plan->depth));
    WICK_TRY(wick_quantize_common_arguments(call, ends, QUANT_MIN, &common));
    if (!wick_tensor_is_row_major(wick_call_tensor(call, ends.out))) {
        return not_contiguous(call, ends.out);
    }
    WICK_TRY(check_parameters(call, plan->rows));
    plan->dtype = common.dtype;
    plan->minimum = common.minimum;
    plan->maximum = common.maximum;
    plan->is_wide = wick_call_tensor(call, SCALE)->dtype == WICK_FLOAT64;
    return are_constant(call) ? check_values(call, plan) : WICK_OK;
}

wick_status wick_quantize_tokens_prepare(const wick_call *call, void *block)
{
    return prepare_tokens(call, (wick_quantize_ends){INPUT, QUANTIZE_OUT, QUANTIZE_OUT}, block);
}

wick_status wick_dequantize_tokens_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_quantize_check_out_dtype(call, DEQUANTIZE_OUT_DTYPE));
    return prepare_tokens(call, (wick_quantize_ends){DEQUANTIZE_OUT, INPUT, DEQUANTIZE_OUT}, block);
}

wick_status wick_quantize_tokens_run(const wick_call *call, const void *block)
{
    WICK_TRY(check_values(call, block));
    wick_quantize_tokens_f32(
        block, wick_call_tensor(call, SCALE)->data, wick_call_tensor(call, ZERO_POINT)->data,
        wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, QUANTIZE_OUT)->data);
    return WICK_OK;
}

wick_status wick_dequantize_tokens_run(const wick_call *call, const void *block)
{
    WICK_TRY(check_values(call, block));
    wick_dequantize_tokens_f32(
        block, wick_call_tensor(call, SCALE)->data, wick_call_tensor(call, ZERO_POINT)->data,
        wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, DEQUANTIZE_OUT)->data);
    return WICK_OK;
}
