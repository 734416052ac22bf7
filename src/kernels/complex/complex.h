// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on complex64, pairs of float32, beside float32.
//
// Shapes  the loops of a plan over two operands and the result, by strides; a stride of 0 repeats.
// Memory  out must not overlap an operand, but may be one of the same element size and loops.
// Result  each part is a few float32 operations: not correctly rounded, PyTorch's own formulas;
//         division scales by the larger part (Smith), the absolute value by the larger too.
#ifndef WICK_KERNELS_COMPLEX_COMPLEX_H
#define WICK_KERNELS_COMPLEX_COMPLEX_H

#include "kernels/fft/fft.h"
#include "wick/tensor.h"

typedef struct wick_complex_plan {
    uint8_t rank;
    uint8_t is_complex[3]; // operands and result: else float32
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[3][WICK_MAX_RANK]; // in elements
} wick_complex_plan;

// Part `re` alone is stored where the result is float32.
typedef wick_complex wick_complex_function(wick_complex a, wick_complex b);

wick_complex wick_complex_add(wick_complex a, wick_complex b);
wick_complex wick_complex_sub(wick_complex a, wick_complex b);
wick_complex wick_complex_mul(wick_complex a, wick_complex b);
wick_complex wick_complex_div(wick_complex a, wick_complex b);
// a.re (cos b.re + i sin b.re), and a.re + i b.re.
wick_complex wick_complex_polar(wick_complex a, wick_complex b);
wick_complex wick_complex_of_parts(wick_complex a, wick_complex b);
// Of a alone.
wick_complex wick_complex_same(wick_complex a, wick_complex b);
wick_complex wick_complex_conj(wick_complex a, wick_complex b);
wick_complex wick_complex_exp(wick_complex a, wick_complex b);
wick_complex wick_complex_abs(wick_complex a, wick_complex b);
wick_complex wick_complex_angle(wick_complex a, wick_complex b);

// out = function(a, b) for all elements; b may be NULL.
void wick_complex_run(const wick_complex_plan *plan, wick_complex_function *function,
                      const float *a, const float *b, float *out);

#endif
