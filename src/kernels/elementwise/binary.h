// SPDX-License-Identifier: BSD-3-Clause
// Elementwise on two broadcast operands: out[i] = operation(a[i], b[i]). One row of binary.def is
// one operation.
//
// Shapes  the walk goes through out in the order of its memory, which is dense; strides 0
// broadcast. Types   f32 operations compute in float and round once to `common` (PyTorch's result
// type); i64 operations take
//         integers and bool. Operands of another type are first rounded or wrapped to `common`.
// Memory  out may be one of the operands if that one has its shape, order and type; 400 bytes of
// stack. Result  see binary.def. Divisions of integers and their remainders: b holds no 0.
#ifndef WICK_KERNELS_ELEMENTWISE_BINARY_H
#define WICK_KERNELS_ELEMENTWISE_BINARY_H

#include "kernels/elementwise/convert.h"
#include "kernels/elementwise/numbers.h"
#include "kernels/walk/walk.h"

// One row: out is dense, a and b step by their strides.
typedef struct wick_row_f32 {
    uint32_t count;
    int32_t strides[2];
    const float *operands[2];
    float *out;
} wick_row_f32;

typedef struct wick_row_f64 {
    uint32_t count;
    int32_t strides[2];
    const double *operands[2];
    double *out;
} wick_row_f64;

typedef struct wick_row_i64 {
    uint32_t count;
    int32_t strides[2];
    const int64_t *operands[2];
    int64_t *out;
} wick_row_i64;

typedef void wick_binary_operation_f32(const float *p, const wick_row_f32 *row);
typedef void wick_binary_operation_f64(const double *p, const wick_row_f64 *row);
typedef void wick_binary_operation_i64(const int64_t *p, const wick_row_i64 *row);

#define WICK_BINARY(name, type, expression) \
    void wick_##name##_##type(const wick_number_##type *p, const wick_row_##type *row);
#define WICK_BINARY_REAL(name, expression) \
    WICK_BINARY(name, f32, expression)     \
    WICK_BINARY(name, f64, expression)
#include "kernels/elementwise/binary.def"
#undef WICK_BINARY
#undef WICK_BINARY_REAL

typedef struct wick_binary {
    wick_walk walk;
    uint8_t dtypes[2]; // of the operands
    uint8_t common_dtype;
    uint8_t out_dtype;
    bool rounds_float; // a float operand beside half types is rounded too
} wick_binary;

typedef struct wick_binary_data {
    const void *operands[2];
    void *out;
} wick_binary_data;

void wick_binary_run_f32(const wick_binary *plan, wick_binary_operation_f32 *operation,
                         const float *p, const wick_binary_data *data);
void wick_binary_run_f64(const wick_binary *plan, wick_binary_operation_f64 *operation,
                         const double *p, const wick_binary_data *data);
void wick_binary_run_i64(const wick_binary *plan, wick_binary_operation_i64 *operation,
                         const int64_t *p, const wick_binary_data *data);

// Whether a dense integer tensor holds what wraps to 0 in `common`.
bool wick_holds_zero(uint32_t dtype, uint32_t common, uint32_t count, const void *data);

#endif
