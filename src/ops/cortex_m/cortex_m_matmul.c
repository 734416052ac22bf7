// SPDX-License-Identifier: BSD-3-Clause
#include "ops/cortex_m/cortex_m_matmul.h"

#include "base/failure.h"
#include "ops/cortex_m/cortex_m.h"

enum { LHS, LHS_OFFSET, RHS, RHS_OFFSET, OFFSET, MULTIPLIER, SHIFT, SCRATCH, OUT };

static wick_status read_shapes(const wick_call *call, wick_batch_matmul_s8_params *p)
{
    const wick_tensor *const lhs = wick_call_tensor(call, LHS);
    const wick_tensor *const rhs = wick_call_tensor(call, RHS);
    if (lhs->rank != 3 || rhs->rank != 3 || lhs->sizes[0] != rhs->sizes[0] ||
        lhs->sizes[2] != rhs->sizes[2]) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, RHS,
                              WICK_TEXT("operands are no batches of matrices of one depth"));
    }
    p->batch = lhs->sizes[0];
    p->rows = lhs->sizes[1];
    p->cols = rhs->sizes[1];
    p->depth = lhs->sizes[2];
    if (p->depth > INT16_MAX) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, LHS,
                              WICK_TEXT("depth above 32767 could overflow the sum"));
    }
    return WICK_OK;
}

// Strides of a tensor of rank 3.
static void read_strides(const wick_call *call, uint32_t arg, int32_t strides[3])
{
    int32_t all[WICK_MAX_RANK] = {0};
    wick_tensor_strides(wick_call_tensor(call, arg), all);
    for (uint32_t i = 0; i < 3; i++) {
        strides[i] = all[i];
    }
}

wick_status wick_cortex_m_batch_matmul_prepare(const wick_call *call, void *block)
{
    wick_batch_matmul_s8_params *const p = block;
    p->range = (wick_quant_range){0, INT8_MIN, INT8_MAX};
    WICK_TRY(wick_cortex_m_int8(call, LHS));
    WICK_TRY(wick_cortex_m_int8(call, RHS));
    WICK_TRY(wick_cortex_m_int8(call, OUT));
    WICK_TRY(read_shapes(call, p));
    WICK_TRY(wick_cortex_m_offset(call, LHS_OFFSET, &p->lhs_offset));
    WICK_TRY(wick_cortex_m_offset(call, RHS_OFFSET, &p->rhs_offset));
    WICK_TRY(wick_cortex_m_offset(call, OFFSET, &p->range.offset));
    WICK_TRY(wick_cortex_m_scale(call, MULTIPLIER, SHIFT, &p->scale));
    const int32_t sizes[3] = {p->batch, p->rows, p->cols};
    WICK_TRY(wick_call_resize(call, OUT, 3, sizes));
    read_strides(call, LHS, p->lhs_strides);
    read_strides(call, RHS, p->rhs_strides);
    read_strides(call, OUT, p->out_strides);
    return WICK_OK;
}

wick_status wick_cortex_m_batch_matmul_run(const wick_call *call, const void *block)
{
    wick_batch_matmul_s8(block, wick_call_tensor(call, LHS)->data,
                         wick_call_tensor(call, RHS)->data, wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
