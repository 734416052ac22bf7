// SPDX-License-Identifier: BSD-3-Clause
// Linear algebra on small float32 matrices: factorizations in place, unblocked.
//
// Units   strides in elements, so that a transposed matrix is one with its strides exchanged.
// Memory  none beside the arguments; matrices do not overlap.
// Result  float arithmetic; backward stable as the textbook algorithms are. NaN spreads.
#ifndef WICK_KERNELS_LINALG_LINALG_H
#define WICK_KERNELS_LINALG_LINALG_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_matrix {
    float *data;
    int32_t row, col; // strides
} wick_matrix;

static inline float *wick_matrix_at(wick_matrix m, int32_t i, int32_t j)
{
    return m.data + (int64_t)i * m.row + (int64_t)j * m.col;
}

static inline wick_matrix wick_matrix_transposed(wick_matrix m)
{
    return (wick_matrix){m.data, m.col, m.row};
}

// a [rows, cols] becomes L (unit diagonal left out) and U, with rows exchanged: row i with row
// pivots[i] - 1, i = 0, 1, ... Gives 0, or the number from 1 of the first pivot that is 0.
int32_t wick_lu_f32(int32_t rows, int32_t cols, wick_matrix a, int32_t *pivots);
// b [n, count] becomes the solution of A x = b, or of its transpose.
void wick_lu_solve_f32(int32_t n, int32_t count, wick_matrix lu, const int32_t *pivots,
                       bool is_transposed, wick_matrix b);
// b [n, count] becomes the solution of A x = b for the triangle of a.
void wick_solve_triangular_f32(int32_t n, int32_t count, wick_matrix a, bool is_upper, bool is_unit,
                               wick_matrix b);
// The lower triangle of a becomes L with L L^T = A, the upper 0. Gives 0, or the number from 1 of
// the first leading minor that is not positive: the columns from there on are those of A.
int32_t wick_cholesky_f32(int32_t n, wick_matrix a);
// Eigenvalues, ascending, and eigenvectors (columns) of the symmetric a, which is lost: Jacobi's
// rotations.
void wick_eigh_f32(int32_t n, wick_matrix a, float *values, wick_matrix vectors);
// a [rows, cols], rows >= cols, becomes U; values descending; v_transposed [cols, cols]: one-sided
// Jacobi.
void wick_svd_f32(int32_t rows, int32_t cols, wick_matrix a, float *values,
                  wick_matrix v_transposed);
// a [rows, cols] becomes R and, below its diagonal, the reflectors v of Q; tau [min(rows, cols)].
void wick_qr_f32(int32_t rows, int32_t cols, wick_matrix a, float *tau);
// a [rows, cols], rows >= cols >= count, with reflectors in its first `count` columns: becomes the
// first columns of the product of the reflections.
void wick_householder_product_f32(int32_t rows, int32_t cols, int32_t count, wick_matrix a,
                                  const float *tau);
// out = exp(a); `scaled` and `kept` [n, n] are room for intermediate matrices.
void wick_matrix_exp_f32(int32_t n, wick_matrix a, wick_matrix scaled, wick_matrix kept,
                         wick_matrix out);

#endif
