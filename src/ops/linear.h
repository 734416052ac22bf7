// SPDX-License-Identifier: BSD-3-Clause
// aten::linear, with the weight as it is stored, and the matrix products mm, bmm, addmm.
#ifndef WICK_OPS_LINEAR_H
#define WICK_OPS_LINEAR_H

#include "kernels/gemm/gemm.h"
#include "wick/operator.h"

typedef struct wick_matmul_block {
    wick_gemm_params gemm;
    int32_t batch;
    int32_t lhs_step, rhs_step, out_step; // elements between matrices of a batch
    int32_t bias_step;
    uint32_t dtype;
} wick_matmul_block;

typedef struct wick_linear_block {
    int32_t rows, in_features, out_features;
    uint8_t dtype;
    bool is_dense; // rows follow each other in input and out
} wick_linear_block;

wick_status wick_linear_prepare(const wick_call *call, void *block);
wick_status wick_linear_run(const wick_call *call, const void *block);
wick_status wick_addmm_prepare(const wick_call *call, void *block);
wick_status wick_addmm_run(const wick_call *call, const void *block);
wick_status wick_baddbmm_prepare(const wick_call *call, void *block);
wick_status wick_mm_prepare(const wick_call *call, void *block);
wick_status wick_mm_run(const wick_call *call, const void *block);
wick_status wick_bmm_prepare(const wick_call *call, void *block);
wick_status wick_bmm_run(const wick_call *call, const void *block);

#endif
