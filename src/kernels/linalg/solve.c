// SPDX-License-Identifier: BSD-3-Clause
// LU with partial pivoting, Cholesky, triangular systems.
#include "kernels/linalg/linalg.h"
#include "kernels/math/math.h"

static float magnitude(float x)
{
    return x < 0 ? -x : x;
}

static void swap_rows(wick_matrix m, int32_t a, int32_t b, int32_t cols)
{
    for (int32_t j = 0; a != b && j < cols; j++) {
        const float kept = *wick_matrix_at(m, a, j);
        *wick_matrix_at(m, a, j) = *wick_matrix_at(m, b, j);
        *wick_matrix_at(m, b, j) = kept;
    }
}

static int32_t largest_in_column(wick_matrix a, int32_t col, int32_t rows)
{
    int32_t best = col;
    for (int32_t i = col + 1; i < rows; i++) {
        if (magnitude(*wick_matrix_at(a, i, col)) > magnitude(*wick_matrix_at(a, best, col))) {
            best = i;
        }
    }
    return best;
}

static void eliminate(wick_matrix a, int32_t k, int32_t rows, int32_t cols)
{
    const float pivot = *wick_matrix_at(a, k, k);
    for (int32_t i = k + 1; i < rows; i++) {
        const float factor = *wick_matrix_at(a, i, k) / pivot;
        *wick_matrix_at(a, i, k) = factor;
        for (int32_t j = k + 1; j < cols; j++) {
            *wick_matrix_at(a, i, j) -= factor * *wick_matrix_at(a, k, j);
        }
    }
}

int32_t wick_lu_f32(int32_t rows, int32_t cols, wick_matrix a, int32_t *pivots)
{
    int32_t info = 0;
    const int32_t count = rows < cols ? rows : cols;
    for (int32_t k = 0; k < count; k++) {
        const int32_t best = largest_in_column(a, k, rows);
        pivots[k] = best + 1;
        swap_rows(a, k, best, cols);
        if (*wick_matrix_at(a, k, k) != 0) {
            eliminate(a, k, rows, cols);
        } else if (info == 0) {
            info = k + 1;
        }
    }
    return info;
}

void wick_solve_triangular_f32(int32_t n, int32_t count, wick_matrix a, bool is_upper, bool is_unit,
                               wick_matrix b)
{
    for (int32_t step = 0; step < n; step++) {
        const int32_t i = is_upper ? n - 1 - step : step;
        const int32_t first = is_upper ? i + 1 : 0;
        const int32_t end = is_upper ? n : i;
        for (int32_t j = 0; j < count; j++) {
            float sum = *wick_matrix_at(b, i, j);
            for (int32_t k = first; k < end; k++) {
                sum -= *wick_matrix_at(a, i, k) * *wick_matrix_at(b, k, j);
            }
            *wick_matrix_at(b, i, j) = is_unit ? sum : sum / *wick_matrix_at(a, i, i);
        }
    }
}

static bool are_pivots(int32_t n, const int32_t *pivots)
{
    for (int32_t i = 0; i < n; i++) {
        if (pivots[i] < 1 || pivots[i] > n) {
            return false;
        }
    }
    return true;
}

void wick_lu_solve_f32(int32_t n, int32_t count, wick_matrix lu, const int32_t *pivots,
                       bool is_transposed, wick_matrix b)
{
    const bool may_swap = are_pivots(n, pivots); // they are data, of any origin
    if (is_transposed) {
        const wick_matrix turned = wick_matrix_transposed(lu);
        wick_solve_triangular_f32(n, count, turned, false, false, b);
        wick_solve_triangular_f32(n, count, turned, true, true, b);
        for (int32_t i = n - 1; may_swap && i >= 0; i--) {
            swap_rows(b, i, pivots[i] - 1, count);
        }
        return;
    }
    for (int32_t i = 0; may_swap && i < n; i++) {
        swap_rows(b, i, pivots[i] - 1, count);
    }
    wick_solve_triangular_f32(n, count, lu, false, true, b);
    wick_solve_triangular_f32(n, count, lu, true, false, b);
}

// a[i][j] less the products of the columns before j.
static float reduced(wick_matrix a, int32_t i, int32_t j)
{
    float sum = *wick_matrix_at(a, i, j);
    for (int32_t k = 0; k < j; k++) {
        sum -= *wick_matrix_at(a, i, k) * *wick_matrix_at(a, j, k);
    }
    return sum;
}

static void clear_upper(int32_t n, wick_matrix a)
{
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = i + 1; j < n; j++) {
            *wick_matrix_at(a, i, j) = 0;
        }
    }
}

int32_t wick_cholesky_f32(int32_t n, wick_matrix a)
{
    clear_upper(n, a);
    for (int32_t j = 0; j < n; j++) {
        const float square = reduced(a, j, j);
        const float root = square > 0 ? wick_sqrt_f32(square) : square;
        *wick_matrix_at(a, j, j) = root;
        if (!(square > 0)) {
            return j + 1;
        }
        for (int32_t i = j + 1; i < n; i++) {
            *wick_matrix_at(a, i, j) = reduced(a, i, j) / root;
        }
    }
    return 0;
}
