// SPDX-License-Identifier: BSD-3-Clause
// Reflections: column i of a factorization is made 0 below its diagonal by H = I - tau v v^T, where
// v is 1 at i and lies below the diagonal otherwise (LAPACK's geqr2 and org2r, whose signs these
// are).
#include "kernels/linalg/linalg.h"
#include "kernels/math/math.h"

// Columns from `first` of a, less tau v (v^T a): v in column i.
static void reflect(int32_t rows, int32_t cols, wick_matrix a, int32_t i, int32_t first, float tau)
{
    for (int32_t j = first; j < cols; j++) {
        float sum = *wick_matrix_at(a, i, j);
        for (int32_t k = i + 1; k < rows; k++) {
            sum += *wick_matrix_at(a, k, i) * *wick_matrix_at(a, k, j);
        }
        *wick_matrix_at(a, i, j) -= tau * sum;
        for (int32_t k = i + 1; k < rows; k++) {
            *wick_matrix_at(a, k, j) -= tau * sum * *wick_matrix_at(a, k, i);
        }
    }
}

// Puts v below the diagonal of column i, what is left of the column on it, and gives tau.
static float reflector(int32_t rows, wick_matrix a, int32_t i)
{
    const float alpha = *wick_matrix_at(a, i, i);
    float below = 0;
    for (int32_t k = i + 1; k < rows; k++) {
        below += *wick_matrix_at(a, k, i) * *wick_matrix_at(a, k, i);
    }
    if (below == 0) {
        return 0;
    }
    const float norm = wick_sqrt_f32(alpha * alpha + below);
    const float beta = alpha < 0 ? norm : -norm;
    for (int32_t k = i + 1; k < rows; k++) {
        *wick_matrix_at(a, k, i) /= alpha - beta;
    }
    *wick_matrix_at(a, i, i) = beta;
    return (beta - alpha) / beta;
}

void wick_qr_f32(int32_t rows, int32_t cols, wick_matrix a, float *tau)
{
    for (int32_t i = 0; i < rows && i < cols; i++) {
        tau[i] = reflector(rows, a, i);
        reflect(rows, cols, a, i, i + 1, tau[i]);
    }
}

void wick_householder_product_f32(int32_t rows, int32_t cols, int32_t count, wick_matrix a,
                                  const float *tau)
{
    for (int32_t j = count; j < cols; j++) {
        for (int32_t i = 0; i < rows; i++) {
            *wick_matrix_at(a, i, j) = i == j ? 1.0f : 0.0f;
        }
    }
    for (int32_t i = count - 1; i >= 0; i--) {
        reflect(rows, cols, a, i, i + 1, tau[i]);
        for (int32_t k = 0; k < rows; k++) {
            const float v = k < i ? 0 : k == i ? 1.0f : *wick_matrix_at(a, k, i);
            *wick_matrix_at(a, k, i) = (k == i ? 1.0f : 0.0f) - tau[i] * v;
        }
    }
}
