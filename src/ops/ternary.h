// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on three operands, any of which may be a Scalar. Their kernels are rows of
// kernels/elementwise/ternary.def.
#ifndef WICK_OPS_TERNARY_H
#define WICK_OPS_TERNARY_H

#include "kernels/elementwise/ternary.h"
#include "ops/float64.h"
#include "ops/scalar.h"

typedef struct wick_ternary_block {
    wick_ternary plan;
    uint8_t args[3]; // of the operands
    uint8_t out_arg;
    wick_number numbers[3]; // the operands that are no tensors
    wick_number parameter;
} wick_ternary_block;

wick_status wick_where_prepare(const wick_call *call, void *block);
wick_status wick_masked_fill_prepare(const wick_call *call, void *block);
wick_status wick_clamp_tensor_prepare(const wick_call *call, void *block);
wick_status wick_lerp_prepare(const wick_call *call, void *block);
wick_status wick_addcmul_prepare(const wick_call *call, void *block);
wick_status wick_addcdiv_prepare(const wick_call *call, void *block);

wick_status wick_where_run(const wick_call *call, const void *block);
wick_status wick_clamp_tensor_run(const wick_call *call, const void *block);
wick_status wick_lerp_run(const wick_call *call, const void *block);
wick_status wick_addcmul_run(const wick_call *call, const void *block);
wick_status wick_addcdiv_run(const wick_call *call, const void *block);

#endif
