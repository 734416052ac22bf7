// SPDX-License-Identifier: BSD-3-Clause
// out[i] = self[i] * weight[g], where row i lies before offs[g] and not before offs[g - 1].
#include "ops/grouped_mm.h"

#include "base/failure.h"
#include "ops/check.h"
#include "ops/layout.h"

#include <string.h>

enum { SELF, WEIGHT, OFFSETS, OUT };

// self [rows, depth], weight [groups, depth, cols], offs [groups].
static wick_status check_shapes(const wick_call *call)
{
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const wick_tensor *const offsets = wick_call_tensor(call, OFFSETS);
    if (self->rank != 2) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, SELF,
                              WICK_TEXT("matrix has not 2 dimensions"));
    }
    if (weight->rank != 3 || weight->sizes[1] != self->sizes[1]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, WEIGHT,
                              WICK_TEXT("shape of the matrices does not match the rows"));
    }
    if (offsets->rank != 1 || offsets->sizes[0] != weight->sizes[0]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, OFFSETS,
                              WICK_TEXT("not one end of rows for each matrix"));
    }
    return WICK_OK;
}

static wick_status check_dtypes(const wick_call *call)
{
    const uint32_t offsets = wick_call_tensor(call, OFFSETS)->dtype;
    WICK_TRY(wick_call_number_dtype(call, SELF));
    WICK_TRY(wick_call_same_dtype(call, WEIGHT, SELF));
    WICK_TRY(wick_call_same_dtype(call, OUT, SELF));
    return offsets == WICK_INT32 || offsets == WICK_INT64
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, OFFSETS,
                                WICK_TEXT("dtype is not i32 or i64"));
}

wick_status wick_grouped_mm_prepare(const wick_call *call, void *block)
{
    WICK_TRY(check_shapes(call));
    WICK_TRY(check_dtypes(call));
    const wick_tensor *const self = wick_call_tensor(call, SELF);
    const wick_tensor *const weight = wick_call_tensor(call, WEIGHT);
    const int32_t sizes[] = {self->sizes[0], weight->sizes[2]};
    WICK_TRY(wick_call_resize(call, OUT, 2, sizes));
    int32_t lhs[2], rhs[3], out[2];
    wick_tensor_strides(self, lhs);
    wick_tensor_strides(weight, rhs);
    wick_tensor_strides(wick_call_tensor(call, OUT), out);
    *(wick_matmul_block *)block = (wick_matmul_block){
        .gemm = {.rows = sizes[0],
                 .depth = self->sizes[1],
                 .cols = sizes[1],
                 .lhs_row = lhs[0],
                 .lhs_depth = lhs[1],
                 .rhs_depth = rhs[1],
                 .rhs_col = rhs[2],
                 .out_row = out[0],
                 .out_col = out[1],
                 .alpha = 1,
                 .integer_alpha = 1},
        .batch = weight->sizes[0],
        .rhs_step = rhs[0],
        .dtype = self->dtype,
    };
    return WICK_OK;
}

static int64_t end_of(const wick_tensor *offsets, int32_t group)
{
    return offsets->dtype == WICK_INT32 ? ((const int32_t *)offsets->data)[group]
                                        : ((const int64_t *)offsets->data)[group];
}

// Rows behind the last group are 0.
wick_status wick_grouped_mm_run(const wick_call *call, const void *block)
{
    const wick_matmul_block *const b = block;
    const wick_tensor *const offsets = wick_call_tensor(call, OFFSETS);
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    const ptrdiff_t bytes = (ptrdiff_t)wick_dtype_size_bytes(b->dtype);
    int64_t start = 0;
    memset(out->data, 0, wick_tensor_size_bytes(out));
    for (int32_t group = 0; group < b->batch; group++) {
        const int64_t end = end_of(offsets, group);
        if (end < start || end > b->gemm.rows) {
            return wick_call_fail(call, WICK_INVALID_ARGUMENT, OFFSETS,
                                  WICK_TEXT("ends of rows do not ascend to their number"));
        }
        wick_gemm_params params = b->gemm;
        params.rows = (int32_t)(end - start);
        const wick_gemm_data data = {
            .lhs = (const uint8_t *)wick_call_tensor(call, SELF)->data +
                   (ptrdiff_t)start * params.lhs_row * bytes,
            .rhs = (const uint8_t *)wick_call_tensor(call, WEIGHT)->data +
                   (ptrdiff_t)group * b->rhs_step * bytes,
            .out = (uint8_t *)out->data + (ptrdiff_t)start * params.out_row * bytes,
        };
        wick_gemm(&params, &data, b->dtype);
        start = end;
    }
    return WICK_OK;
}
