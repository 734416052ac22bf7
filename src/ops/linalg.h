// SPDX-License-Identifier: BSD-3-Clause
// Linear algebra on float32 matrices, the last two dimensions of a contiguous tensor.
#ifndef WICK_OPS_LINALG_H
#define WICK_OPS_LINALG_H

#include "wick/operator.h"

typedef struct wick_linalg_block {
    int32_t rows, cols; // of each matrix
    uint32_t count;     // matrices
    bool checks;        // a matrix that has no result is a failure
} wick_linalg_block;

wick_status wick_linalg_lu_factor_prepare(const wick_call *call, void *block);
wick_status wick_linalg_lu_factor_run(const wick_call *call, const void *block);
wick_status wick_linalg_lu_solve_prepare(const wick_call *call, void *block);
wick_status wick_linalg_lu_solve_run(const wick_call *call, const void *block);
wick_status wick_linalg_solve_triangular_prepare(const wick_call *call, void *block);
wick_status wick_linalg_solve_triangular_run(const wick_call *call, const void *block);
wick_status wick_linalg_cholesky_prepare(const wick_call *call, void *block);
wick_status wick_linalg_cholesky_run(const wick_call *call, const void *block);
wick_status wick_lu_det_prepare(const wick_call *call, void *block);
wick_status wick_lu_det_run(const wick_call *call, const void *block);
wick_status wick_eigh_prepare(const wick_call *call, void *block);
wick_status wick_eigh_run(const wick_call *call, const void *block);
wick_status wick_svd_prepare(const wick_call *call, void *block);
wick_status wick_svd_run(const wick_call *call, const void *block);
wick_status wick_geqrf_prepare(const wick_call *call, void *block);
wick_status wick_geqrf_run(const wick_call *call, const void *block);
wick_status wick_householder_prepare(const wick_call *call, void *block);
wick_status wick_householder_run(const wick_call *call, const void *block);
wick_status wick_matrix_exp_prepare(const wick_call *call, void *block);
wick_status wick_matrix_exp_run(const wick_call *call, const void *block);

#endif
