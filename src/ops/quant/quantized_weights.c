// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quantized_weights.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/layout.h"

enum { INPUT, WEIGHT, SCALES, ZERO_POINTS, OUT, DTYPE = OUT };

wick_status wick_quantized_real(const wick_call *call, uint32_t arg)
{
    return wick_call_real_dtype(call, arg);
}

wick_status wick_quantized_row_major(const wick_call *call, uint32_t arg)
{
    return wick_tensor_is_row_major(wick_call_tensor(call, arg))
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("not contiguous"));
}

static wick_status check_zero_points(const wick_call *call, uint32_t arg, const wick_tensor *scales)
{
    const wick_tensor *const zero_points = wick_call_tensor(call, arg);
    bool is_same = zero_points->dtype == scales->dtype && zero_points->rank == scales->rank;
    for (uint32_t i = 0; is_same && i < scales->rank; i++) {
        is_same = zero_points->sizes[i] == scales->sizes[i];
    }
    if (!is_same) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("zero points are not of the type and shape of scales"));
    }
    return wick_quantized_row_major(call, arg);
}

wick_status wick_quantized_scales(const wick_call *call, uint32_t arg, int32_t rows, uint32_t depth,
                                  uint32_t *groups)
{
    const wick_tensor *const scales = wick_call_tensor(call, arg);
    WICK_TRY(wick_quantized_real(call, arg));
    WICK_TRY(wick_quantized_row_major(call, arg));
    *groups = scales->rank == 2 ? (uint32_t)scales->sizes[1] : 1;
    if (scales->rank < 1 || scales->rank > 2 || scales->sizes[0] != rows || *groups < 1 ||
        depth % *groups != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg,
                              WICK_TEXT("scales are not one for each row or group of weights"));
    }
    return wick_call_is_none(call, arg + 1) ? WICK_OK : check_zero_points(call, arg + 1, scales);
}

wick_grouped_scales wick_quantized_scales_data(const wick_call *call, uint32_t arg)
{
    const wick_tensor *const scales = wick_call_tensor(call, arg);
    const wick_tensor *const zero_points = wick_call_optional_tensor(call, arg + 1);
    return (wick_grouped_scales){scales->dtype, scales->data, zero_points ? zero_points->data : 0};
}

// Input [rows, depth] of the type of the scales, weight int8 with its depth in dimension
// `depth_dim`.
static wick_status check_matrices(const wick_call *call, uint32_t depth_dim)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    WICK_TRY(wick_quantized_real(call, INPUT));
    WICK_TRY(wick_call_same_dtype(call, SCALES, INPUT));
    if (weight->dtype != WICK_INT8) {
        return wick_call_fail(call, WICK_INVALID_TYPE, WEIGHT, WICK_TEXT("weight is not int8"));
    }
    if (input->rank != 2 || weight->rank != 2 || input->sizes[1] != weight->sizes[depth_dim]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("no two matrices with one depth"));
    }
    WICK_TRY(wick_quantized_row_major(call, INPUT));
    return wick_quantized_row_major(call, WEIGHT);
}

static wick_status prepare(const wick_call *call, bool is_transposed, uint32_t out,
                           wick_mixed_block *b)
{
    const uint32_t depth_dim = is_transposed ? 1 : 0;
    WICK_TRY(check_matrices(call, depth_dim));
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const int32_t sizes[] = {input->sizes[0], weight->sizes[1 - depth_dim]};
    WICK_TRY(wick_quantized_real(call, out));
    WICK_TRY(wick_call_resize(call, out, 2, sizes));
    WICK_TRY(wick_quantized_row_major(call, out));
    *b = (wick_mixed_block){.rows = (uint32_t)sizes[0],
                            .depth = (uint32_t)input->sizes[1],
                            .cols = (uint32_t)sizes[1],
                            .dtype = input->dtype,
                            .out_dtype = wick_call_tensor(call, out)->dtype,
                            .is_transposed = is_transposed};
    // Of weights that are not transposed each row has one scale.
    const uint32_t grouped = is_transposed ? b->depth : 1;
    return wick_quantized_scales(call, SCALES, weight->sizes[0], grouped, &b->groups);
}

wick_status wick_mixed_mm_prepare(const wick_call *call, void *block)
{
    WICK_TRY(wick_call_same_dtype(call, OUT, INPUT));
    return prepare(call, false, OUT, block);
}

wick_status wick_mixed_linear_prepare(const wick_call *call, void *block)
{
    const uint32_t expected = wick_call_is_none(call, DTYPE) ? wick_call_tensor(call, INPUT)->dtype
                                                             : (uint32_t)wick_call_int(call, DTYPE);
    if (wick_call_tensor(call, OUT + 1)->dtype != expected) {
        return wick_call_fail(call, WICK_INVALID_TYPE, OUT + 1,
                              WICK_TEXT("out is not of the dtype"));
    }
    return prepare(call, true, OUT + 1, block);
}

wick_status wick_mixed_run(const wick_call *call, const void *block)
{
    const wick_mixed_block *const b = block;
    const wick_grouped_scales scales = wick_quantized_scales_data(call, SCALES);
    wick_mixed_product(b, wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, WEIGHT)->data,
                       &scales, wick_call_tensor(call, OUT + b->is_transposed)->data);
    return WICK_OK;
}
