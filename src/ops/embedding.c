// SPDX-License-Identifier: BSD-3-Clause
#include "ops/embedding.h"

#include "base/failure.h"
#include "ops/layout.h"

enum { WEIGHT, INDICES, OUT = 5 };

static wick_status check_types(const wick_call *call)
{
    const wick_tensor *weight = wick_call_tensor(call, WEIGHT);
    const uint32_t dtype = wick_call_tensor(call, INDICES)->dtype;
    if (dtype != WICK_INT32 && dtype != WICK_INT64) {
        return wick_call_fail(call, WICK_INVALID_TYPE, INDICES,
                              WICK_TEXT("indices are neither int32 nor int64"));
    }
    if (wick_call_tensor(call, OUT)->dtype != weight->dtype) {
        return wick_call_fail(call, WICK_INVALID_TYPE, OUT,
                              WICK_TEXT("out is not of the type of weight"));
    }
    if (weight->rank != 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("weight is no matrix"));
    }
    return WICK_OK;
}

// out: the shape of indices and the columns of weight.
static wick_status resize(const wick_call *call)
{
    const wick_tensor *indices = wick_call_tensor(call, INDICES);
    int32_t sizes[WICK_MAX_RANK];
    if (indices->rank == WICK_MAX_RANK) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, INDICES,
                              WICK_TEXT("more than 16 dimensions"));
    }
    for (uint32_t i = 0; i < indices->rank; i++) {
        sizes[i] = indices->sizes[i];
    }
    sizes[indices->rank] = wick_call_tensor(call, WEIGHT)->sizes[1];
    return wick_call_resize(call, OUT, indices->rank + 1u, sizes);
}

wick_status wick_embedding_prepare(const wick_call *call, void *block)
{
    static const uint8_t args[] = {WEIGHT, INDICES, OUT};
    wick_gather *plan = &((wick_embedding_block *)block)->plan;
    WICK_TRY(check_types(call));
    WICK_TRY(resize(call));
    for (uint32_t i = 0; i < sizeof args; i++) {
        if (!wick_tensor_is_row_major(wick_call_tensor(call, args[i]))) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, args[i], WICK_TEXT("not contiguous"));
        }
    }
    const wick_tensor *weight = wick_call_tensor(call, WEIGHT);
    const wick_tensor *indices = wick_call_tensor(call, INDICES);
    plan->row_count = (uint32_t)weight->sizes[0];
    plan->row_bytes = (uint32_t)weight->sizes[1] * wick_dtype_size_bytes(weight->dtype);
    plan->index_count = (uint32_t)wick_tensor_count(indices);
    plan->index_bytes = wick_dtype_size_bytes(indices->dtype);
    return WICK_OK;
}

wick_status wick_embedding_run(const wick_call *call, const void *block)
{
    const wick_embedding_block *b = block;
    if (!wick_gather_rows(&b->plan, wick_call_tensor(call, WEIGHT)->data,
                          wick_call_tensor(call, INDICES)->data,
                          wick_call_tensor(call, OUT)->data)) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, INDICES,
                              WICK_TEXT("index out of range"));
    }
    return WICK_OK;
}
