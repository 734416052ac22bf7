// SPDX-License-Identifier: BSD-3-Clause
// Matrix product with bias: out = alpha * (lhs * rhs) + beta * bias.
//
// Shapes  lhs [rows, depth], rhs [depth, cols], bias broadcast to [rows, cols] or NULL,
//         out [rows, cols]; any size may be 0.
// Units   strides in elements; a stride of 0 repeats (bias). alpha and beta serve real types,
//         integer_alpha and integer_beta integers.
// Memory  none; out must not overlap an input.
// Result  real types: float sums, rounded once to the type of out; relative error of a sum of depth
//         products at most (64 + depth / 4) * 2^-24 of the sum of their magnitudes, and with rhs
//         dense along depth (64 + depth / 512) * 2^-24. Integers: exact modulo 2^bits of the type.
#ifndef WICK_KERNELS_GEMM_GEMM_H
#define WICK_KERNELS_GEMM_GEMM_H

#include <stdint.h>

typedef struct wick_gemm_params {
    int32_t rows, depth, cols;
    int32_t lhs_row, lhs_depth; // strides
    int32_t rhs_depth, rhs_col;
    int32_t bias_row, bias_col;
    int32_t out_row, out_col;
    float alpha, beta;
    int64_t integer_alpha, integer_beta;
} wick_gemm_params;

typedef struct wick_gemm_data {
    const void *lhs;
    const void *rhs;
    const void *bias; // NULL: none
    void *out;
} wick_gemm_data;

// float32. Fast where lhs rows are dense and rhs is dense along depth (a linear layer's weight as
// stored) or along cols.
void wick_gemm_f32(const wick_gemm_params *params, const wick_gemm_data *data);
// float16 and bfloat16.
void wick_gemm_half(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype);
// float64, with factors of its own; wick_gemm does not lead to it.
void wick_gemm_f64(const wick_gemm_params *params, const wick_gemm_data *data, double alpha,
                   double beta);
// int64, int32, int16, int8, uint8.
void wick_gemm_integer(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype);
// Any of these types.
void wick_gemm(const wick_gemm_params *params, const wick_gemm_data *data, uint32_t dtype);

#endif
