// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on complex64, pairs of float32, beside float32.
//
// Shapes  the loops of a plan over two operands and the result, by strides; a stride of 0 repeats.
// Memory  out must not overlap an operand, but may be one of the same element size and loops.
// Result  each part is a few float32 operations: not correctly rounded, PyTorch's own formulas;
//         division scales by the larger part (Smith), the absolute value by the larger too.
//         Functions have the branch cuts of C11 Annex G, on the side that the sign of a zero says.
#ifndef WICK_KERNELS_COMPLEX_COMPLEX_H
#define WICK_KERNELS_COMPLEX_COMPLEX_H

#include "kernels/fft/fft.h"
#include "wick/tensor.h"

// What an element is: a result that is no complex number is part `re` alone.
typedef enum wick_complex_kind {
    WICK_COMPLEX_REAL, // float32
    WICK_COMPLEX_PAIR,
    WICK_COMPLEX_TRUTH, // bool; no operand
} wick_complex_kind;

typedef struct wick_complex_plan {
    uint8_t rank;
    uint8_t kinds[3]; // wick_complex_kind of operands and result
    int32_t sizes[WICK_MAX_RANK];
    int32_t strides[3][WICK_MAX_RANK]; // in elements
} wick_complex_plan;

typedef wick_complex wick_complex_function(wick_complex a, wick_complex b);

// A function of one operand ignores b.
#define WICK_COMPLEX(id, operands) wick_complex wick_complex_##id(wick_complex a, wick_complex b);
#include "kernels/complex/complex.def"
#undef WICK_COMPLEX

// out = function(a, b) for all elements, the last loop fastest; b may be NULL. Where a is out, a
// stride of 0 in both makes out the fold of b.
void wick_complex_run(const wick_complex_plan *plan, wick_complex_function *function, const void *a,
                      const void *b, void *out);

#endif
