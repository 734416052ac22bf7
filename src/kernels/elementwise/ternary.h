// SPDX-License-Identifier: BSD-3-Clause
// Elementwise on three broadcast operands: out[i] = operation(a[i], b[i], c[i]). One row of
// ternary.def is one operation. As binary.h, but for the number of operands: 500 bytes of stack.
#ifndef WICK_KERNELS_ELEMENTWISE_TERNARY_H
#define WICK_KERNELS_ELEMENTWISE_TERNARY_H

#include "kernels/elementwise/convert.h"
#include "kernels/elementwise/numbers.h"
#include "kernels/walk/walk.h"

#include <stdbool.h>

// One row: out is dense, the operands step by their strides.
typedef struct wick_row3_f32 {
    uint32_t count;
    int32_t strides[3];
    const float *operands[3];
    float *out;
} wick_row3_f32;

typedef struct wick_row3_f64 {
    uint32_t count;
    int32_t strides[3];
    const double *operands[3];
    double *out;
} wick_row3_f64;

typedef struct wick_row3_i64 {
    uint32_t count;
    int32_t strides[3];
    const int64_t *operands[3];
    int64_t *out;
} wick_row3_i64;

typedef void wick_ternary_operation_f32(const float *p, const wick_row3_f32 *row);
typedef void wick_ternary_operation_f64(const double *p, const wick_row3_f64 *row);
typedef void wick_ternary_operation_i64(const int64_t *p, const wick_row3_i64 *row);

#define WICK_TERNARY(name, type, expression) \
    void wick_##name##_##type(const wick_number_##type *p, const wick_row3_##type *row);
#define WICK_TERNARY_REAL(name, expression) \
    WICK_TERNARY(name, f32, expression)     \
    WICK_TERNARY(name, f64, expression)
#include "kernels/elementwise/ternary.def"
#undef WICK_TERNARY
#undef WICK_TERNARY_REAL

typedef struct wick_ternary {
    uint32_t rank;                      // 0: nothing to do
    int32_t sizes[WICK_WALK_RANK];      // outermost first
    int32_t strides[3][WICK_WALK_RANK]; // in elements
    uint8_t dtypes[3];                  // of the operands
    uint8_t common_dtype;
    uint8_t out_dtype;
} wick_ternary;

typedef struct wick_ternary_data {
    const void *operands[3];
    void *out;
} wick_ternary_data;

void wick_ternary_run_f32(const wick_ternary *plan, wick_ternary_operation_f32 *operation,
                          const float *p, const wick_ternary_data *data);
void wick_ternary_run_f64(const wick_ternary *plan, wick_ternary_operation_f64 *operation,
                          const double *p, const wick_ternary_data *data);
void wick_ternary_run_i64(const wick_ternary *plan, wick_ternary_operation_i64 *operation,
                          const int64_t *p, const wick_ternary_data *data);

#endif
