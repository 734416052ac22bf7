// SPDX-License-Identifier: BSD-3-Clause
// Elementwise on one operand: out[i] = operation(in[i]), both dense in the same order. One row of
// unary.def is one operation.
//
// Types   f32 operations compute in float and round once to the type of out; i64 operations take
// integers and bool.
//         The result is rounded to `common` (PyTorch's result type) before it is converted to the
//         type of out.
// Memory  out may be in itself; 256 bytes of stack.
// Result  see unary.def; the functions of kernels/math bound the error.
#ifndef WICK_KERNELS_ELEMENTWISE_UNARY_H
#define WICK_KERNELS_ELEMENTWISE_UNARY_H

#include "kernels/elementwise/convert.h"
#include "kernels/elementwise/numbers.h"

typedef void wick_unary_operation_f32(const float *p, uint32_t count, const float *in, float *out);
typedef void wick_unary_operation_f64(const double *p, uint32_t count, const double *in,
                                      double *out);
typedef void wick_unary_operation_i64(const int64_t *p, uint32_t count, const int64_t *in,
                                      int64_t *out);

#define WICK_UNARY(name, type, expression)                                 \
    void wick_##name##_##type(const wick_number_##type *p, uint32_t count, \
                              const wick_number_##type *in, wick_number_##type *out);
#define WICK_UNARY_REAL(name, expression) \
    WICK_UNARY(name, f32, expression)     \
    WICK_UNARY(name, f64, expression)
#include "kernels/elementwise/unary.def"
#undef WICK_UNARY
#undef WICK_UNARY_REAL

typedef struct wick_unary {
    uint32_t count;
    uint8_t in_dtype;
    uint8_t common_dtype;
    uint8_t out_dtype;
} wick_unary;

void wick_unary_run_f32(const wick_unary *plan, wick_unary_operation_f32 *operation, const float *p,
                        const void *in, void *out);
void wick_unary_run_f64(const wick_unary *plan, wick_unary_operation_f64 *operation,
                        const double *p, const void *in, void *out);
void wick_unary_run_i64(const wick_unary *plan, wick_unary_operation_i64 *operation,
                        const int64_t *p, const void *in, void *out);

#endif
