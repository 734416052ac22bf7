// SPDX-License-Identifier: BSD-3-Clause
#include "ops/glu.h"

#include "ops/check.h"
#include "ops/float64.h"

enum { INPUT, DIM, OUT };

static wick_status check_types(const wick_call *call)
{
    const uint32_t dtype = wick_call_tensor(call, INPUT)->dtype;
    WICK_TRY(wick_check_arithmetic(call, dtype));
    if (dtype != WICK_FLOAT64) {
        WICK_TRY(wick_call_real_dtype(call, INPUT));
    }
    return wick_call_same_dtype(call, OUT, INPUT);
}

wick_status wick_glu_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const input = wick_call_tensor(call, INPUT);
    wick_glu_block *const b = block;
    int32_t sizes[WICK_MAX_RANK];
    uint32_t dim;
    WICK_TRY(check_types(call));
    WICK_TRY(wick_call_dim(call, DIM, wick_call_int(call, DIM), input->rank, &dim));
    if (input->rank == 0 || input->sizes[dim] % 2 != 0) {
        return wick_call_fail(call, WICK_INVALID_ARGUMENT, DIM,
                              WICK_TEXT("dimension does not have two halves"));
    }
    for (uint32_t i = 0; i < input->rank; i++) {
        sizes[i] = i == dim ? input->sizes[i] / 2 : input->sizes[i];
    }
    WICK_TRY(wick_call_resize(call, OUT, input->rank, sizes));
    const wick_tensor *const out = wick_call_tensor(call, OUT);
    // Dimensions of size 1 may differ: then neither dim order says where the halves lie in the
    // other.
    for (uint32_t i = 0; i < input->rank; i++) {
        if (input->dim_order[i] != out->dim_order[i]) {
            return wick_call_fail(call, WICK_NOT_SUPPORTED, OUT,
                                  WICK_TEXT("input and out differ in dim order"));
        }
    }
    *b = (wick_glu_block){1, 1, input->dtype};
    bool is_inside = false;
    for (uint32_t i = 0; i < input->rank; i++) {
        const uint32_t at = input->dim_order[i];
        is_inside = is_inside || at == dim;
        *(is_inside ? &b->count : &b->outer) *= (uint32_t)sizes[at];
    }
    return WICK_OK;
}

wick_status wick_glu_run(const wick_call *call, const void *block)
{
    void (*const kernels[])(const wick_glu *, const void *, void *) = {REAL(glu)};
    const wick_glu_block *const b = block;
    const bool is_wide = WICK_HAS_FLOAT64 != 0 && b->dtype == WICK_FLOAT64;
    kernels[is_wide](b, wick_call_tensor(call, INPUT)->data, wick_call_tensor(call, OUT)->data);
    return WICK_OK;
}
