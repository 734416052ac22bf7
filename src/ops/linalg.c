// SPDX-License-Identifier: BSD-3-Clause
#include "ops/linalg.h"

#include "base/failure.h"
#include "kernels/linalg/linalg.h"
#include "kernels/math/math.h"
#include "ops/batch.h"
#include "ops/check.h"
#include "ops/layout.h"

static wick_status fail(const wick_call *call, uint32_t arg, const char *text)
{
    return wick_call_fail(call, WICK_INVALID_ARGUMENT, arg, text);
}

static wick_status check_dense(const wick_call *call, uint32_t arg)
{
    return wick_tensor_is_row_major(wick_call_tensor(call, arg))
               ? WICK_OK
               : wick_call_fail(call, WICK_NOT_SUPPORTED, arg,
                                WICK_TEXT("tensor is not contiguous"));
}

// A float32 tensor of matrices.
static wick_status check_matrices(const wick_call *call, uint32_t arg, bool is_square)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    if (tensor->dtype != WICK_FLOAT32) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, arg, WICK_TEXT("dtype is not f32"));
    }
    if (tensor->rank < 2 ||
        (is_square && wick_size_from_end(tensor, 1) != wick_size_from_end(tensor, 2))) {
        return fail(call, arg,
                    is_square ? WICK_TEXT("matrices are not square")
                              : WICK_TEXT("tensor has fewer than 2 dimensions"));
    }
    return WICK_OK;
}

// An out with the leading dimensions of argument 0 and `tail` of its own.
static wick_status resize(const wick_call *call, uint32_t arg, uint32_t dtype, uint32_t tail_count,
                          const int32_t *tail)
{
    int32_t sizes[WICK_MAX_RANK];
    const wick_tensor *const self = wick_call_tensor(call, 0);
    const uint32_t leading = self->rank - 2u;
    for (uint32_t i = 0; i < leading; i++) {
        sizes[i] = self->sizes[i];
    }
    for (uint32_t i = 0; i < tail_count; i++) {
        sizes[leading + i] = tail[i];
    }
    if (wick_call_tensor(call, arg)->dtype != dtype) {
        return fail(call, arg, WICK_TEXT("out has not the dtype of the result"));
    }
    WICK_TRY(wick_call_resize(call, arg, leading + tail_count, sizes));
    return tail_count == 2 ? WICK_OK : check_dense(call, arg);
}

static wick_linalg_block block_of(const wick_tensor *self)
{
    return (wick_linalg_block){.rows = wick_size_from_end(self, 2),
                               .cols = wick_size_from_end(self, 1),
                               .count = wick_matrix_count(self)};
}

// Matrix `index`, counted over the leading dimensions of `like`, of a tensor in any order of
// dimensions; a leading dimension of 1 serves all.
static wick_matrix matrix_in(const wick_tensor *tensor, const wick_tensor *like, uint32_t index)
{
    int32_t strides[WICK_MAX_RANK];
    ptrdiff_t at = 0;
    wick_tensor_strides(tensor, strides);
    for (uint32_t back = 3; back <= like->rank; back++) {
        const uint32_t size = (uint32_t)wick_size_from_end(like, back);
        if (wick_size_from_end(tensor, back) != 1) {
            at += (ptrdiff_t)(index % size) * strides[tensor->rank - back];
        }
        index /= size;
    }
    return (wick_matrix){(float *)tensor->data + at, strides[tensor->rank - 2],
                         strides[tensor->rank - 1]};
}

static wick_matrix matrix_at(const wick_call *call, uint32_t arg, uint32_t index)
{
    const wick_tensor *const tensor = wick_call_tensor(call, arg);
    return matrix_in(tensor, tensor, index);
}

static void copy_matrix(wick_matrix from, wick_matrix to, int32_t rows, int32_t cols)
{
    for (int32_t i = 0; i < rows; i++) {
        for (int32_t j = 0; j < cols; j++) {
            *wick_matrix_at(to, i, j) = *wick_matrix_at(from, i, j);
        }
    }
}

// Matrix `index` of argument `out`, filled with that of `from`.
static wick_matrix start_matrix(const wick_call *call, const wick_linalg_block *b, uint32_t from,
                                uint32_t out, uint32_t index)
{
    const wick_tensor *const result = wick_call_tensor(call, out);
    const wick_matrix made = matrix_in(result, result, index);
    copy_matrix(matrix_in(wick_call_tensor(call, from), result, index), made, b->rows, b->cols);
    return made;
}

static wick_status check_info(const wick_call *call, const wick_linalg_block *b, int32_t info,
                              const char *text)
{
    return b->checks && info != 0 ? fail(call, 0, text) : WICK_OK;
}

enum { LU_A, LU_PIVOT, LU_CHECK, LU_OUT, LU_PIVOTS, LU_INFO };

wick_status wick_linalg_lu_factor_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, LU_A, false));
    *b = block_of(wick_call_tensor(call, LU_A));
    b->checks = wick_call_bool(call, LU_CHECK);
    if (!wick_call_bool(call, LU_PIVOT)) {
        return fail(call, LU_PIVOT, WICK_TEXT("only with pivoting"));
    }
    const int32_t sizes[] = {b->rows, b->cols};
    const int32_t pivots = b->rows < b->cols ? b->rows : b->cols;
    WICK_TRY(resize(call, LU_OUT, WICK_FLOAT32, 2, sizes));
    WICK_TRY(resize(call, LU_PIVOTS, WICK_INT32, 1, &pivots));
    return resize(call, LU_INFO, WICK_INT32, 0, 0);
}

wick_status wick_linalg_lu_factor_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    int32_t *const pivots = wick_call_tensor(call, LU_PIVOTS)->data;
    int32_t *const info = wick_call_tensor(call, LU_INFO)->data;
    const size_t each = (size_t)(b->rows < b->cols ? b->rows : b->cols);
    for (uint32_t i = 0; i < b->count; i++) {
        info[i] = wick_lu_f32(b->rows, b->cols, start_matrix(call, b, LU_A, LU_OUT, i),
                              pivots + i * each);
        WICK_TRY(check_info(call, b, info[i], WICK_TEXT("a matrix is singular")));
    }
    return WICK_OK;
}

// The out of a solve: leading dimensions of `a` and `b` broadcast, then those of b.
static wick_status resize_solution(const wick_call *call, uint32_t a_arg, uint32_t b_arg,
                                   uint32_t out)
{
    int32_t sizes[WICK_MAX_RANK];
    const wick_tensor *const a = wick_call_tensor(call, a_arg);
    const wick_tensor *const b = wick_call_tensor(call, b_arg);
    const uint32_t rank = a->rank > b->rank ? a->rank : b->rank;
    for (uint32_t back = 1; back <= rank; back++) {
        const int32_t own = wick_size_from_end(b, back);
        const int32_t other = back <= 2 ? own : wick_size_from_end(a, back);
        if (own != other && own != 1 && other != 1) {
            return fail(call, b_arg, WICK_TEXT("leading dimensions do not broadcast"));
        }
        sizes[rank - back] = own == 1 ? other : own;
    }
    WICK_TRY(wick_call_same_dtype(call, out, b_arg));
    return wick_call_resize(call, out, rank, sizes);
}

// A x = b with the matrices of `a`, or x A = b: which size of b has to be that of A.
static wick_status prepare_solve(const wick_call *call, uint32_t a_arg, uint32_t b_arg, bool left,
                                 uint32_t out, wick_linalg_block *block)
{
    WICK_TRY(check_matrices(call, a_arg, true));
    WICK_TRY(check_matrices(call, b_arg, false));
    const int32_t n = wick_size_from_end(wick_call_tensor(call, a_arg), 1);
    const wick_tensor *const b = wick_call_tensor(call, b_arg);
    if (wick_size_from_end(b, left ? 2 : 1) != n) {
        return fail(call, b_arg, WICK_TEXT("size differs from that of the matrices"));
    }
    WICK_TRY(resize_solution(call, a_arg, b_arg, out));
    *block = (wick_linalg_block){.rows = wick_size_from_end(b, 2),
                                 .cols = wick_size_from_end(b, 1),
                                 .count = wick_matrix_count(wick_call_tensor(call, out))};
    return WICK_OK;
}

// Matrix `index` of the out, filled with that of b, turned where x stands on the left.
static wick_matrix start_solution(const wick_call *call, const wick_linalg_block *block,
                                  uint32_t b_arg, uint32_t out, uint32_t index, bool left)
{
    const wick_matrix x = start_matrix(call, block, b_arg, out, index);
    return left ? x : wick_matrix_transposed(x);
}

// Which of its own matrices a tensor gives for matrix `index` of `like`.
static uint32_t own_index(const wick_tensor *tensor, const wick_tensor *like, uint32_t index)
{
    uint32_t own = 0;
    uint32_t step = 1;
    for (uint32_t back = 3; back <= like->rank; back++) {
        const uint32_t size = (uint32_t)wick_size_from_end(like, back);
        const uint32_t mine = (uint32_t)wick_size_from_end(tensor, back);
        own += mine != 1 ? index % size * step : 0;
        step *= mine;
        index /= size;
    }
    return own;
}

enum { SOLVE_LU, SOLVE_PIVOTS, SOLVE_B, SOLVE_LEFT, SOLVE_ADJOINT, SOLVE_OUT };

wick_status wick_linalg_lu_solve_prepare(const wick_call *call, void *block)
{
    const wick_tensor *const lu = wick_call_tensor(call, SOLVE_LU);
    const wick_tensor *const pivots = wick_call_tensor(call, SOLVE_PIVOTS);
    WICK_TRY(
        prepare_solve(call, SOLVE_LU, SOLVE_B, wick_call_bool(call, SOLVE_LEFT), SOLVE_OUT, block));
    WICK_TRY(check_dense(call, SOLVE_PIVOTS));
    bool fits = pivots->dtype == WICK_INT32 && pivots->rank + 1u == lu->rank;
    for (uint32_t i = 0; fits && i < pivots->rank; i++) {
        fits = pivots->sizes[i] == lu->sizes[i];
    }
    return fits ? WICK_OK : fail(call, SOLVE_PIVOTS, WICK_TEXT("pivots are not those of LU"));
}

wick_status wick_linalg_lu_solve_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const bool left = wick_call_bool(call, SOLVE_LEFT);
    const bool is_transposed = wick_call_bool(call, SOLVE_ADJOINT) == left;
    const int32_t n = left ? b->rows : b->cols;
    const wick_tensor *const lu = wick_call_tensor(call, SOLVE_LU);
    const wick_tensor *const out = wick_call_tensor(call, SOLVE_OUT);
    for (uint32_t i = 0; i < b->count; i++) {
        const wick_matrix x = start_solution(call, b, SOLVE_B, SOLVE_OUT, i, left);
        const wick_matrix a = matrix_in(lu, out, i);
        const int32_t *const pivots = (const int32_t *)wick_call_tensor(call, SOLVE_PIVOTS)->data +
                                      (size_t)own_index(lu, out, i) * (size_t)n;
        wick_lu_solve_f32(n, left ? b->cols : b->rows, a, pivots, is_transposed, x);
    }
    return WICK_OK;
}

enum { TRIANGLE_A, TRIANGLE_B, TRIANGLE_UPPER, TRIANGLE_LEFT, TRIANGLE_UNIT, TRIANGLE_OUT };

wick_status wick_linalg_solve_triangular_prepare(const wick_call *call, void *block)
{
    return prepare_solve(call, TRIANGLE_A, TRIANGLE_B, wick_call_bool(call, TRIANGLE_LEFT),
                         TRIANGLE_OUT, block);
}

wick_status wick_linalg_solve_triangular_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const bool left = wick_call_bool(call, TRIANGLE_LEFT);
    const bool is_upper = wick_call_bool(call, TRIANGLE_UPPER) == left;
    const int32_t n = left ? b->rows : b->cols;
    for (uint32_t i = 0; i < b->count; i++) {
        const wick_matrix x = start_solution(call, b, TRIANGLE_B, TRIANGLE_OUT, i, left);
        wick_matrix a =
            matrix_in(wick_call_tensor(call, TRIANGLE_A), wick_call_tensor(call, TRIANGLE_OUT), i);
        a = left ? a : wick_matrix_transposed(a);
        wick_solve_triangular_f32(n, left ? b->cols : b->rows, a, is_upper,
                                  wick_call_bool(call, TRIANGLE_UNIT), x);
    }
    return WICK_OK;
}

enum { CHOLESKY_A, CHOLESKY_UPPER, CHOLESKY_CHECK, CHOLESKY_OUT, CHOLESKY_INFO };

wick_status wick_linalg_cholesky_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, CHOLESKY_A, true));
    *b = block_of(wick_call_tensor(call, CHOLESKY_A));
    b->checks = wick_call_bool(call, CHOLESKY_CHECK);
    const int32_t sizes[] = {b->rows, b->cols};
    WICK_TRY(resize(call, CHOLESKY_OUT, WICK_FLOAT32, 2, sizes));
    return resize(call, CHOLESKY_INFO, WICK_INT32, 0, 0);
}

wick_status wick_linalg_cholesky_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    int32_t *const info = wick_call_tensor(call, CHOLESKY_INFO)->data;
    for (uint32_t i = 0; i < b->count; i++) {
        const wick_matrix a = start_matrix(call, b, CHOLESKY_A, CHOLESKY_OUT, i);
        const bool is_upper = wick_call_bool(call, CHOLESKY_UPPER);
        info[i] = wick_cholesky_f32(b->rows, is_upper ? wick_matrix_transposed(a) : a);
        WICK_TRY(check_info(call, b, info[i], WICK_TEXT("a matrix is not positive definite")));
    }
    return WICK_OK;
}

enum { DET_LU, DET_PIVOTS, DET_OUT, DET_SIGN, DET_LOG };

wick_status wick_lu_det_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    const wick_tensor *const pivots = wick_call_tensor(call, DET_PIVOTS);
    WICK_TRY(check_matrices(call, DET_LU, true));
    WICK_TRY(check_dense(call, DET_PIVOTS));
    *b = block_of(wick_call_tensor(call, DET_LU));
    if (pivots->dtype != WICK_INT32 ||
        wick_tensor_count(pivots) != (size_t)b->count * (size_t)b->rows) {
        return fail(call, DET_PIVOTS, WICK_TEXT("pivots are not those of LU"));
    }
    WICK_TRY(resize(call, DET_OUT, WICK_FLOAT32, 0, 0));
    WICK_TRY(resize(call, DET_SIGN, WICK_FLOAT32, 0, 0));
    return resize(call, DET_LOG, WICK_FLOAT32, 0, 0);
}

static void determinant(int32_t n, wick_matrix lu, const int32_t *pivots, float out[3])
{
    float product = 1;
    float sign = 1;
    float logarithm = 0;
    for (int32_t i = 0; i < n; i++) {
        const float x = *wick_matrix_at(lu, i, i);
        const float flip = pivots[i] != i + 1 ? -1.0f : 1.0f;
        product *= x * flip;
        sign *= flip * (x < 0 ? -1.0f : x > 0 ? 1.0f : x);
        logarithm += wick_log_f32(x < 0 ? -x : x);
    }
    out[0] = product;
    out[1] = sign;
    out[2] = logarithm;
}

wick_status wick_lu_det_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const int32_t *const pivots = wick_call_tensor(call, DET_PIVOTS)->data;
    for (uint32_t i = 0; i < b->count; i++) {
        float found[3];
        determinant(b->rows, matrix_at(call, DET_LU, i), pivots + (size_t)i * (size_t)b->rows,
                    found);
        for (uint32_t k = 0; k < 3; k++) {
            ((float *)wick_call_tensor(call, DET_OUT + k)->data)[i] = found[k];
        }
    }
    return WICK_OK;
}

enum { EIGH_A, EIGH_UPPER, EIGH_VALUES, EIGH_VECTORS, EIGH_WORK };

wick_status wick_eigh_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, EIGH_A, true));
    *b = block_of(wick_call_tensor(call, EIGH_A));
    const int32_t sizes[] = {b->rows, b->cols};
    WICK_TRY(resize(call, EIGH_VALUES, WICK_FLOAT32, 1, sizes));
    WICK_TRY(resize(call, EIGH_VECTORS, WICK_FLOAT32, 2, sizes));
    return resize(call, EIGH_WORK, WICK_FLOAT32, 2, sizes);
}

wick_status wick_eigh_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const int32_t n = b->rows;
    float *const values = wick_call_tensor(call, EIGH_VALUES)->data;
    const bool is_upper = wick_call_bool(call, EIGH_UPPER);
    for (uint32_t k = 0; k < b->count; k++) {
        const wick_matrix work = matrix_at(call, EIGH_WORK, 0);
        wick_matrix a = matrix_at(call, EIGH_A, k);
        a = is_upper ? wick_matrix_transposed(a) : a;
        for (int32_t i = 0; i < n; i++) {
            for (int32_t j = 0; j < n; j++) { // the lower triangle is read
                *wick_matrix_at(work, i, j) = *wick_matrix_at(a, i > j ? i : j, i > j ? j : i);
            }
        }
        wick_eigh_f32(n, work, values + (size_t)k * (size_t)n, matrix_at(call, EIGH_VECTORS, k));
    }
    return WICK_OK;
}

enum { SVD_A, SVD_U, SVD_S, SVD_VH };

wick_status wick_svd_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, SVD_A, false));
    *b = block_of(wick_call_tensor(call, SVD_A));
    if (b->rows < b->cols) {
        return fail(call, SVD_A, WICK_TEXT("matrices have more columns than rows"));
    }
    const int32_t u[] = {b->rows, b->cols};
    const int32_t v[] = {b->cols, b->cols};
    WICK_TRY(resize(call, SVD_U, WICK_FLOAT32, 2, u));
    WICK_TRY(resize(call, SVD_S, WICK_FLOAT32, 1, v));
    return resize(call, SVD_VH, WICK_FLOAT32, 2, v);
}

wick_status wick_svd_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    float *const values = wick_call_tensor(call, SVD_S)->data;
    for (uint32_t i = 0; i < b->count; i++) {
        wick_svd_f32(b->rows, b->cols, start_matrix(call, b, SVD_A, SVD_U, i),
                     values + (size_t)i * (size_t)b->cols, matrix_at(call, SVD_VH, i));
    }
    return WICK_OK;
}

enum { QR_A, QR_OUT, QR_TAU };

wick_status wick_geqrf_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, QR_A, false));
    *b = block_of(wick_call_tensor(call, QR_A));
    const int32_t sizes[] = {b->rows, b->cols};
    const int32_t count = b->rows < b->cols ? b->rows : b->cols;
    WICK_TRY(resize(call, QR_OUT, WICK_FLOAT32, 2, sizes));
    return resize(call, QR_TAU, WICK_FLOAT32, 1, &count);
}

wick_status wick_geqrf_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const size_t each = (size_t)(b->rows < b->cols ? b->rows : b->cols);
    for (uint32_t i = 0; i < b->count; i++) {
        wick_qr_f32(b->rows, b->cols, start_matrix(call, b, QR_A, QR_OUT, i),
                    (float *)wick_call_tensor(call, QR_TAU)->data + i * each);
    }
    return WICK_OK;
}

enum { PRODUCT_A, PRODUCT_TAU, PRODUCT_OUT };

wick_status wick_householder_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    const wick_tensor *const tau = wick_call_tensor(call, PRODUCT_TAU);
    WICK_TRY(check_matrices(call, PRODUCT_A, false));
    WICK_TRY(check_dense(call, PRODUCT_TAU));
    WICK_TRY(wick_call_same_dtype(call, PRODUCT_TAU, PRODUCT_A));
    const wick_tensor *const a = wick_call_tensor(call, PRODUCT_A);
    *b = block_of(a);
    const int32_t count = wick_size_from_end(tau, 1);
    if (b->rows < b->cols || tau->rank + 1 != a->rank || count > b->cols ||
        wick_tensor_count(tau) != (size_t)b->count * (size_t)count) {
        return fail(call, PRODUCT_TAU, WICK_TEXT("reflectors are not those of the matrices"));
    }
    const int32_t sizes[] = {b->rows, b->cols};
    return resize(call, PRODUCT_OUT, WICK_FLOAT32, 2, sizes);
}

wick_status wick_householder_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    const wick_tensor *const tau = wick_call_tensor(call, PRODUCT_TAU);
    const int32_t count = wick_size_from_end(tau, 1);
    for (uint32_t i = 0; i < b->count; i++) {
        wick_householder_product_f32(b->rows, b->cols, count,
                                     start_matrix(call, b, PRODUCT_A, PRODUCT_OUT, i),
                                     (const float *)tau->data + (size_t)i * (size_t)count);
    }
    return WICK_OK;
}

enum { EXP_A, EXP_OUT, EXP_SCALED, EXP_KEPT };

wick_status wick_matrix_exp_prepare(const wick_call *call, void *block)
{
    wick_linalg_block *const b = block;
    WICK_TRY(check_matrices(call, EXP_A, true));
    *b = block_of(wick_call_tensor(call, EXP_A));
    const int32_t sizes[] = {b->rows, b->cols};
    for (uint32_t arg = EXP_OUT; arg <= EXP_KEPT; arg++) {
        WICK_TRY(resize(call, arg, WICK_FLOAT32, 2, sizes));
    }
    return WICK_OK;
}

wick_status wick_matrix_exp_run(const wick_call *call, const void *block)
{
    const wick_linalg_block *const b = block;
    for (uint32_t i = 0; i < b->count; i++) {
        wick_matrix_exp_f32(b->rows, matrix_at(call, EXP_A, i), matrix_at(call, EXP_SCALED, 0),
                            matrix_at(call, EXP_KEPT, 0), matrix_at(call, EXP_OUT, i));
    }
    return WICK_OK;
}
