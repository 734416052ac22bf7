// SPDX-License-Identifier: BSD-3-Clause
// exp(A) = exp(A / 2^s)^(2^s): Taylor's series where the norm is at most 1/2, then s squarings.
#include "kernels/linalg/linalg.h"

enum { TERMS = 9, MOST_SQUARINGS = 150 };

// The greatest sum of magnitudes of a column; NaN where an element is.
static float norm_of(int32_t n, wick_matrix a)
{
    float norm = 0;
    for (int32_t j = 0; j < n; j++) {
        float sum = 0;
        for (int32_t i = 0; i < n; i++) {
            const float x = *wick_matrix_at(a, i, j);
            sum += x < 0 ? -x : x;
        }
        norm = sum > norm || sum != sum ? sum : norm;
    }
    return norm;
}

// out = a b * factor, and the identity where `adds_one`.
static void multiply(int32_t n, wick_matrix a, wick_matrix b, float factor, bool adds_one,
                     wick_matrix out)
{
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            float sum = 0;
            for (int32_t k = 0; k < n; k++) {
                sum += *wick_matrix_at(a, i, k) * *wick_matrix_at(b, k, j);
            }
            *wick_matrix_at(out, i, j) = sum * factor + (adds_one && i == j ? 1.0f : 0.0f);
        }
    }
}

static void copy(int32_t n, wick_matrix from, float factor, wick_matrix to)
{
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            *wick_matrix_at(to, i, j) = factor * *wick_matrix_at(from, i, j);
        }
    }
}

void wick_matrix_exp_f32(int32_t n, wick_matrix a, wick_matrix scaled, wick_matrix kept,
                         wick_matrix out)
{
    int32_t squarings = 0;
    float factor = 1;
    for (float norm = norm_of(n, a); norm > 0.5f && squarings < MOST_SQUARINGS; norm *= 0.5f) {
        squarings++;
        factor *= 0.5f;
    }
    copy(n, a, factor, scaled);
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            *wick_matrix_at(out, i, j) = i == j ? 1.0f : 0.0f;
        }
    }
    for (int32_t term = TERMS; term > 0; term--) { // 1 + A (1 + A/2 (1 + A/3 ..))
        copy(n, out, 1, kept);
        multiply(n, scaled, kept, 1.0f / (float)term, true, out);
    }
    for (int32_t i = 0; i < squarings; i++) {
        copy(n, out, 1, kept);
        multiply(n, kept, kept, 1, false, out);
    }
}
