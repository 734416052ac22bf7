// SPDX-License-Identifier: BSD-3-Clause
// Gated linear unit: out = a * sigmoid(b), a and b being the halves of a dimension.
//
// Shapes  in [outer, 2, count], out [outer, count]; elements of one type, dense.
// Result  one rounding of float32 arithmetic to f32, f16 or bf16; the f64 function takes f64 alone.
#ifndef WICK_KERNELS_ELEMENTWISE_GLU_H
#define WICK_KERNELS_ELEMENTWISE_GLU_H

#include <stdint.h>

typedef struct wick_glu {
    uint32_t outer, count;
    uint32_t dtype;
} wick_glu;

void wick_glu_f32(const wick_glu *plan, const void *in, void *out);
void wick_glu_f64(const wick_glu *plan, const void *in, void *out);

#endif
