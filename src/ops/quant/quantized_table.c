// SPDX-License-Identifier: BSD-3-Clause
#include "ops/quant/quantized_table.h"

#include "base/failure.h"
#include "ops/layout.h"
#include "ops/quant/quantized_weights.h"

enum { WEIGHT, SCALES, ZERO_POINTS, MINIMUM, MAXIMUM, INDICES, OUT, DTYPE = OUT };

static wick_status check_weight(const wick_call *call, uint32_t bits)
{
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const int64_t reach = (int64_t)1 << (bits - 1);
    if (weight->rank != 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight is no matrix"));
    }
    if (weight->dtype != WICK_UINT8 && (bits != 8 || weight->dtype != WICK_INT8)) {
        return wick_call_fail(call, WICK_INVALID_TYPE, WEIGHT,
                              WICK_TEXT("weight is no table of bytes"));
    }
    if (bits != 8 &&
        (wick_call_int(call, MINIMUM) != -reach || wick_call_int(call, MAXIMUM) != reach - 1)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, MINIMUM,
                              WICK_TEXT("bounds are not those of the packed integers"));
    }
    return WICK_OK;
}

// out: the shape of indices and the columns of the table.
static wick_status resize(const wick_call *call, uint32_t out, uint32_t bits)
{
    const wick_tensor *const indices = wick_call_tensor(call, INDICES);
    const int64_t depth = (int64_t)wick_call_tensor(call, WEIGHT)->sizes[1] * (8 / bits);
    int32_t sizes[WICK_MAX_RANK];
    if (indices->dtype != WICK_INT32 && indices->dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_TYPE, INDICES,
                              WICK_TEXT("indices are neither int32 nor int64"));
    }
    if (indices->rank == WICK_MAX_RANK || depth > INT32_MAX) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES,
                              WICK_TEXT("more than 16 dimensions, or a row too long"));
    }
    for (uint32_t i = 0; i < indices->rank; i++) {
        sizes[i] = indices->sizes[i];
    }
    sizes[indices->rank] = (int32_t)depth;
    return wick_call_resize(call, out, indices->rank + 1u, sizes);
}

static wick_status prepare(const wick_call *call, uint32_t bits, uint32_t out, void *block)
{
    const uint8_t args[] = {WEIGHT, INDICES, (uint8_t)out};
    wick_quantized_table_block *const b = block;
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const uint32_t out_dtype = wick_call_tensor(call, out)->dtype;
    WICK_TRY(check_weight(call, bits));
    WICK_TRY(resize(call, out, bits));
    WICK_TRY(wick_quantized_real(call, out));
    if (out == OUT + 1 && !wick_call_is_none(call, DTYPE) &&
        wick_call_int(call, DTYPE) != (int64_t)out_dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, out, WICK_TEXT("out is not of the dtype"));
    }
    for (uint32_t i = 0; i < sizeof args; i++) {
        WICK_TRY(wick_quantized_row_major(call, args[i]));
    }
    const uint32_t depth = (uint32_t)weight->sizes[1] * (8 / bits);
    b->table = (wick_grouped_table){depth, 1, (uint8_t)bits, weight->dtype, (uint8_t)out_dtype};
    b->out_arg = out;
    return wick_quantized_scales(call, SCALES, weight->sizes[0], depth, &b->table.groups);
}

wick_status wick_embedding_byte_prepare(const wick_call *call, void *block)
{
    return prepare(call, 8, OUT, block);
}

wick_status wick_embedding_byte_dtype_prepare(const wick_call *call, void *block)
{
    return prepare(call, 8, OUT + 1, block);
}

wick_status wick_embedding_4bit_prepare(const wick_call *call, void *block)
{
    return prepare(call, 4, OUT, block);
}

wick_status wick_embedding_4bit_dtype_prepare(const wick_call *call, void *block)
{
    return prepare(call, 4, OUT + 1, block);
}

wick_status wick_embedding_2bit_prepare(const wick_call *call, void *block)
{
    return prepare(call, 2, OUT, block);
}

wick_status wick_embedding_2bit_dtype_prepare(const wick_call *call, void *block)
{
    return prepare(call, 2, OUT + 1, block);
}

wick_status wick_quantized_table_run(const wick_call *call, const void *block)
{
    const wick_quantized_table_block *const b = block;
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const wick_tensor *const indices = wick_call_tensor(call, INDICES);
    const wick_grouped_scales scales = wick_quantized_scales_data(call, SCALES);
    const int64_t *const wide = indices->data;
    const int32_t *const narrow = indices->data;
    const size_t count = wick_tensor_count(indices);
    const size_t row_bytes = (size_t)b->table.depth * wick_dtype_size_bytes(b->table.out_dtype);
    uint8_t *out = wick_call_tensor(call, b->out_arg)->data;
    for (size_t i = 0; i < count; i++) {
        const int64_t index = indices->dtype == WICK_INT64 ? wide[i] : narrow[i];
        if (index < 0 || index >= weight->sizes[0]) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES,
                                  WICK_TEXT("index out of range"));
        }
        wick_grouped_row(&b->table, (uint64_t)index, weight->data, &scales, out);
        out += row_bytes;
    }
    return WICK_OK;
}
