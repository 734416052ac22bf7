// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quant_weights.h"

#include "base/failure.h"
#include "ops/quant/quant_block.h"

enum { INPUT, WEIGHT, SCALES, BIAS, F32_OUT };     // linear_f32_*
enum { SCHEME = 4, DYNAMIC_OUT };                  // linear_dynamic_*
enum { F16_BIAS = 2, F16_OUT };                    // linear_f32_f16
enum { ROWS, ROW_SCALES, INDICES, EMBEDDING_OUT }; // embedding_w*
enum { F16_INDICES = 1, F16_EMBEDDING_OUT };       // embedding_f16

// Elements that a row of `depth` weights takes in its tensor.
static int32_t packed_depth(const wick_weight_shape *w)
{
    return w->format == WICK_WEIGHT_I4 ? w->depth / 2 + w->depth % 2 : w->depth;
}

static wick_status check_weight_type(const wick_call *call, uint32_t arg, wick_weight_shape *w)
{
    const uint32_t dtype = wick_call_tensor(call, arg)->dtype;
    bool fits = false;
    switch ((wick_weight_format)w->format) {
    case WICK_WEIGHT_I8:
        fits = dtype == WICK_INT8;
        break;
    case WICK_WEIGHT_I4:
        fits = dtype == WICK_UINT8;
        break;
    case WICK_WEIGHT_F16:
    case WICK_WEIGHT_BF16:
        fits = dtype == WICK_FLOAT16 || dtype == WICK_BFLOAT16;
        w->format = dtype == WICK_FLOAT16 ? WICK_WEIGHT_F16 : WICK_WEIGHT_BF16;
        break;
    }
    if (!fits) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("weight is not of the operator's dtype"));
    }
    return wick_quant_dense(call, arg, dtype);
}

// Weight [rows, depth] of the format and depth that *w has; sets its rows.
static wick_status check_weight(const wick_call *call, uint32_t arg, wick_weight_shape *w)
{
    const wick_tensor *const weight = wick_call_tensor(call, arg);
    WICK_TRY(check_weight_type(call, arg, w));
    if (weight->rank != 2 || w->depth < 1 || weight->sizes[1] != packed_depth(w)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("weight is no matrix of the input's depth"));
    }
    w->rows = weight->sizes[0];
    w->groups = 1;
    return WICK_OK;
}

// Scales [rows] or [rows, groups]; sets the groups.
static wick_status check_scales(const wick_call *call, uint32_t arg, wick_weight_shape *w)
{
    const wick_tensor *const scales = wick_call_tensor(call, arg);
    WICK_TRY(wick_quant_dense(call, arg, WICK_FLOAT32));
    w->groups = scales->rank == 2 ? scales->sizes[1] : 1;
    if (scales->rank < 1 || scales->rank > 2 || scales->sizes[0] != w->rows || w->groups < 1 ||
        w->depth % w->groups != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("scales are not one for each row or group of weights"));
    }
    return WICK_OK;
}

static wick_status check_bias(const wick_call *call, uint32_t arg, int32_t count)
{
    if (wick_call_is_none(call, arg)) {
        return WICK_OK;
    }
    WICK_TRY(wick_quant_dense(call, arg, WICK_FLOAT32));
    return wick_quant_sized(call, arg, 1, &count);
}

// Input [.., depth], out [.., cols]; sets the rows.
static wick_status set_rows(const wick_call *call, uint32_t out, wick_linear_weights_block *b)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const uint32_t last = input->rank - 1u;
    int32_t sizes[WICK_MAX_RANK];
    size_t rows = 1; // at most the elements of input, as depth is above 0
    for (uint32_t i = 0; i < last; i++) {
        sizes[i] = input->sizes[i];
        rows *= (size_t)sizes[i];
    }
    sizes[last] = b->weight.rows;
    b->rows = (int32_t)rows;
    WICK_TRY(wick_call_resize(call, out, input->rank, sizes));
    WICK_TRY(wick_quant_dense(call, INPUT, WICK_FLOAT32));
    return wick_quant_dense(call, out, WICK_FLOAT32);
}

static wick_status start_linear(const wick_call *call, wick_weight_format format,
                                wick_linear_weights_block *b)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    *b = (wick_linear_weights_block){.weight = {.format = (int32_t)format}};
    if (input->rank < 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT, WICK_TEXT("input is a scalar"));
    }
    b->weight.depth = input->sizes[input->rank - 1];
    return check_weight(call, WEIGHT, &b->weight);
}

static wick_status prepare_scaled(const wick_call *call, void *block, wick_weight_format format,
                                  uint32_t out)
{
    wick_linear_weights_block *const b = block;
    WICK_TRY(start_linear(call, format, b));
    WICK_TRY(check_scales(call, SCALES, &b->weight));
    WICK_TRY(check_bias(call, BIAS, b->weight.rows));
    return set_rows(call, out, b);
}

static wick_status prepare_dynamic(const wick_call *call, void *block, wick_weight_format format)
{
    wick_linear_weights_block *const b = block;
    const int64_t scheme = wick_call_int(call, SCHEME);
    WICK_TRY(prepare_scaled(call, block, format, DYNAMIC_OUT));
    if (scheme < WICK_DYNAMIC_TOKEN || scheme > WICK_DYNAMIC_TENSOR) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SCHEME, WICK_TEXT("no such scheme"));
    }
    b->scheme = (int32_t)scheme;
    return WICK_OK;
}

wick_status wick_linear_dynamic_s8_prepare(const wick_call *call, void *block)
{
    return prepare_dynamic(call, block, WICK_WEIGHT_I8);
}

wick_status wick_linear_dynamic_s8_w4_prepare(const wick_call *call, void *block)
{
    return prepare_dynamic(call, block, WICK_WEIGHT_I4);
}

wick_status wick_linear_f32_w8_prepare(const wick_call *call, void *block)
{
    return prepare_scaled(call, block, WICK_WEIGHT_I8, F32_OUT);
}

wick_status wick_linear_f32_w4_prepare(const wick_call *call, void *block)
{
    return prepare_scaled(call, block, WICK_WEIGHT_I4, F32_OUT);
}

wick_status wick_linear_f32_f16_prepare(const wick_call *call, void *block)
{
    wick_linear_weights_block *const b = block;
    WICK_TRY(start_linear(call, WICK_WEIGHT_F16, b));
    WICK_TRY(check_bias(call, F16_BIAS, b->weight.rows));
    return set_rows(call, F16_OUT, b);
}

static wick_linear_weights_data linear_data(const wick_call *call, const wick_tensor *scales,
                                            const wick_tensor *bias, uint32_t out)
{
    return (wick_linear_weights_data){.input = wick_call_tensor(call, INPUT)->data,
                                      .weight = wick_call_tensor(call, WEIGHT)->data,
                                      .scales = scales ? scales->data : 0,
                                      .bias = bias ? bias->data : 0,
                                      .out = wick_call_tensor(call, out)->data};
}

wick_status wick_linear_dynamic_s8_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data = linear_data(
        call, wick_call_tensor(call, SCALES), wick_call_optional_tensor(call, BIAS), DYNAMIC_OUT);
    if (!wick_linear_dynamic_s8(block, &data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INPUT,
                              WICK_TEXT("input holds a value that is not finite"));
    }
    return WICK_OK;
}

wick_status wick_linear_f32_weights_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data = linear_data(
        call, wick_call_tensor(call, SCALES), wick_call_optional_tensor(call, BIAS), F32_OUT);
    wick_linear_f32_weights(block, &data);
    return WICK_OK;
}

wick_status wick_linear_f32_f16_run(const wick_call *call, const void *block)
{
    const wick_linear_weights_data data =
        linear_data(call, 0, wick_call_optional_tensor(call, F16_BIAS), F16_OUT);
    wick_linear_f32_weights(block, &data);
    return WICK_OK;
}

// Indices of any shape; out has a row for each.
static wick_status check_indices(const wick_call *call, uint32_t arg, uint32_t out, int32_t depth)
{
    const wick_tensor *const indices = wick_call_tensor(call, arg);
    int32_t sizes[WICK_MAX_RANK];
    if (indices->rank == WICK_MAX_RANK ||
        (indices->dtype != WICK_INT32 && indices->dtype != WICK_INT64)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                              WICK_TEXT("indices are not i32 or i64 of up to 15 dimensions"));
    }
    for (uint32_t i = 0; i < indices->rank; i++) {
        sizes[i] = indices->sizes[i];
    }
    sizes[indices->rank] = depth;
    WICK_TRY(wick_call_resize(call, out, indices->rank + 1u, sizes));
    WICK_TRY(wick_quant_dense(call, arg, indices->dtype));
    return wick_quant_dense(call, out, WICK_FLOAT32);
}

// The depth of packed weights is that of out.
static wick_status prepare_embedding(const wick_call *call, void *block, wick_weight_format format)
{
    wick_embedding_weights_block *const w = block;
    const bool is_scaled = format == WICK_WEIGHT_I8 || format == WICK_WEIGHT_I4;
    const uint32_t out = is_scaled ? EMBEDDING_OUT : F16_EMBEDDING_OUT;
    const wick_tensor *const result = wick_call_tensor(call, out);
    *w = (wick_embedding_weights_block){.format = (int32_t)format};
    if (result->rank < 1) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, out, WICK_TEXT("out is a scalar"));
    }
    const wick_tensor *const weight = wick_call_tensor(call, ROWS);
    const bool is_packed = format == WICK_WEIGHT_I4 || weight->rank != 2;
    w->depth = is_packed ? result->sizes[result->rank - 1] : weight->sizes[1];
    WICK_TRY(check_weight(call, ROWS, w));
    if (is_scaled) {
        WICK_TRY(check_scales(call, ROW_SCALES, w));
    }
    return check_indices(call, is_scaled ? INDICES : F16_INDICES, out, w->depth);
}

wick_status wick_embedding_w8_prepare(const wick_call *call, void *block)
{
    return prepare_embedding(call, block, WICK_WEIGHT_I8);
}

wick_status wick_embedding_w4_prepare(const wick_call *call, void *block)
{
    return prepare_embedding(call, block, WICK_WEIGHT_I4);
}

wick_status wick_embedding_f16_prepare(const wick_call *call, void *block)
{
    return prepare_embedding(call, block, WICK_WEIGHT_F16);
}

static wick_status look_up(const wick_call *call, const wick_weight_shape *w, const void *scales,
                           uint32_t indices_arg)
{
    const wick_tensor *const indices = wick_call_tensor(call, indices_arg);
    const wick_embedding_indices given = {indices->data, wick_tensor_count(indices),
                                          indices->dtype == WICK_INT64};
    if (!wick_embedding_weights(w, wick_call_tensor(call, ROWS)->data, scales, &given,
                                wick_call_tensor(call, indices_arg + 1)->data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, indices_arg,
                              WICK_TEXT("index out of range"));
    }
    return WICK_OK;
}

wick_status wick_embedding_weights_run(const wick_call *call, const void *block)
{
    return look_up(call, block, wick_call_tensor(call, ROW_SCALES)->data, INDICES);
}

wick_status wick_embedding_f16_run(const wick_call *call, const void *block)
{
    return look_up(call, block, 0, F16_INDICES);
}
