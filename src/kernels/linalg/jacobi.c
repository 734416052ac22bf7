// SPDX-License-Identifier: BSD-3-Clause
// Eigenvalues of symmetric matrices and singular values by Jacobi's rotations: each makes one pair
// of columns orthogonal; sweeps over all pairs end when none had to turn (Golub and Van Loan,
// "Matrix Computations", 8.5 and 8.6.3).
#include "kernels/linalg/linalg.h"
#include "kernels/math/math.h"

enum { MOST_SWEEPS = 40 };

static const float small = 0x1p-24f;

static float magnitude(float x)
{
    return x < 0 ? -x : x;
}

typedef struct rotation {
    float cosine, sine;
} rotation;

// The rotation that makes the pair [p, off; off, q] diagonal.
static rotation rotation_of(float p, float q, float off)
{
    const float tau = (q - p) / (2 * off);
    const float root = wick_sqrt_f32(1 + tau * tau);
    const float tangent = tau >= 0 ? 1 / (tau + root) : 1 / (tau - root);
    const float cosine = 1 / wick_sqrt_f32(1 + tangent * tangent);
    return (rotation){cosine, tangent * cosine};
}

// Columns p and q of m.
static void rotate(wick_matrix m, int32_t rows, int32_t p, int32_t q, rotation r)
{
    for (int32_t i = 0; i < rows; i++) {
        const float x = *wick_matrix_at(m, i, p);
        const float y = *wick_matrix_at(m, i, q);
        *wick_matrix_at(m, i, p) = r.cosine * x - r.sine * y;
        *wick_matrix_at(m, i, q) = r.sine * x + r.cosine * y;
    }
}

static void set_identity(int32_t n, wick_matrix m)
{
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            *wick_matrix_at(m, i, j) = i == j ? 1.0f : 0.0f;
        }
    }
}

static void swap_columns(wick_matrix m, int32_t rows, int32_t a, int32_t b)
{
    for (int32_t i = 0; i < rows; i++) {
        const float kept = *wick_matrix_at(m, i, a);
        *wick_matrix_at(m, i, a) = *wick_matrix_at(m, i, b);
        *wick_matrix_at(m, i, b) = kept;
    }
}

static bool turn_symmetric(int32_t n, wick_matrix a, wick_matrix vectors, int32_t p, int32_t q)
{
    const float off = *wick_matrix_at(a, p, q);
    const float scale = magnitude(*wick_matrix_at(a, p, p)) + magnitude(*wick_matrix_at(a, q, q));
    if (!(magnitude(off) > small * small * scale) || magnitude(off) < 0x1p-120f) {
        return false;
    }
    const rotation r = rotation_of(*wick_matrix_at(a, p, p), *wick_matrix_at(a, q, q), off);
    rotate(a, n, p, q, r);
    rotate(wick_matrix_transposed(a), n, p, q, r);
    rotate(vectors, n, p, q, r);
    return magnitude(off) > small * scale;
}

void wick_eigh_f32(int32_t n, wick_matrix a, float *values, wick_matrix vectors)
{
    bool turned = true;
    set_identity(n, vectors);
    for (int32_t sweep = 0; turned && sweep < MOST_SWEEPS; sweep++) {
        turned = false;
        for (int32_t p = 0; p < n; p++) {
            for (int32_t q = p + 1; q < n; q++) {
                turned = turn_symmetric(n, a, vectors, p, q) || turned;
            }
        }
    }
    for (int32_t i = 0; i < n; i++) {
        values[i] = *wick_matrix_at(a, i, i);
    }
    for (int32_t i = 0; i < n; i++) {
        int32_t best = i;
        for (int32_t k = i + 1; k < n; k++) {
            best = values[k] < values[best] ? k : best;
        }
        const float kept = values[i];
        values[i] = values[best];
        values[best] = kept;
        swap_columns(vectors, n, i, best);
    }
}

static float dot_columns(wick_matrix m, int32_t rows, int32_t a, int32_t b)
{
    float sum = 0;
    for (int32_t i = 0; i < rows; i++) {
        sum += *wick_matrix_at(m, i, a) * *wick_matrix_at(m, i, b);
    }
    return sum;
}

static bool turn_columns(int32_t rows, int32_t cols, wick_matrix a, wick_matrix v, int32_t p,
                         int32_t q)
{
    const float x = dot_columns(a, rows, p, p);
    const float y = dot_columns(a, rows, q, q);
    const float off = dot_columns(a, rows, p, q);
    const float bound = 4 * small * wick_sqrt_f32(x) * wick_sqrt_f32(y);
    if (!(magnitude(off) > bound) || magnitude(off) < 0x1p-120f) {
        return false;
    }
    const rotation r = rotation_of(x, y, off);
    rotate(a, rows, p, q, r);
    rotate(v, cols, p, q, r);
    return true;
}

// A unit column orthogonal to the columns before: of the axes, what is left of the one that the
// others cover least.
static void complete(wick_matrix u, int32_t rows, int32_t col)
{
    int32_t axis = 0;
    float least = 2;
    for (int32_t i = 0; i < rows; i++) {
        float covered = 0;
        for (int32_t j = 0; j < col; j++) {
            covered += *wick_matrix_at(u, i, j) * *wick_matrix_at(u, i, j);
        }
        axis = covered < least ? i : axis;
        least = covered < least ? covered : least;
    }
    for (int32_t i = 0; i < rows; i++) {
        *wick_matrix_at(u, i, col) = i == axis ? 1.0f : 0.0f;
    }
    for (int32_t pass = 0; pass < 2; pass++) {
        for (int32_t j = 0; j < col; j++) {
            const float part = dot_columns(u, rows, j, col);
            for (int32_t i = 0; i < rows; i++) {
                *wick_matrix_at(u, i, col) -= part * *wick_matrix_at(u, i, j);
            }
        }
    }
    const float length = wick_sqrt_f32(dot_columns(u, rows, col, col));
    for (int32_t i = 0; i < rows; i++) {
        *wick_matrix_at(u, i, col) /= length;
    }
}

static void sort_columns(int32_t rows, int32_t cols, wick_matrix a, float *values, wick_matrix v)
{
    for (int32_t i = 0; i < cols; i++) {
        int32_t best = i;
        for (int32_t k = i + 1; k < cols; k++) {
            best = values[k] > values[best] ? k : best;
        }
        const float kept = values[i];
        values[i] = values[best];
        values[best] = kept;
        swap_columns(a, rows, i, best);
        swap_columns(v, cols, i, best);
    }
}

static void normalize_columns(int32_t rows, int32_t cols, wick_matrix a, const float *values)
{
    const float least = cols > 0 ? values[0] * small : 0;
    for (int32_t j = 0; j < cols; j++) {
        if (!(values[j] <= least)) {
            for (int32_t i = 0; i < rows; i++) {
                *wick_matrix_at(a, i, j) /= values[j];
            }
        } else {
            complete(a, rows, j);
        }
    }
}

void wick_svd_f32(int32_t rows, int32_t cols, wick_matrix a, float *values,
                  wick_matrix v_transposed)
{
    const wick_matrix v = wick_matrix_transposed(v_transposed);
    bool turned = true;
    set_identity(cols, v);
    for (int32_t sweep = 0; turned && sweep < MOST_SWEEPS; sweep++) {
        turned = false;
        for (int32_t p = 0; p < cols; p++) {
            for (int32_t q = p + 1; q < cols; q++) {
                turned = turn_columns(rows, cols, a, v, p, q) || turned;
            }
        }
    }
    for (int32_t j = 0; j < cols; j++) {
        values[j] = wick_sqrt_f32(dot_columns(a, rows, j, j));
    }
    sort_columns(rows, cols, a, values, v);
    normalize_columns(rows, cols, a, values);
}
