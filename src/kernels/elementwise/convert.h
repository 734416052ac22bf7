// SPDX-License-Identifier: BSD-3-Clause
// Elements of any type to numbers that a kernel computes with, and back, with PyTorch's
// conversions: real to integer truncates, integer to narrower integer wraps, anything to bool asks
// whether it is 0, int to float rounds to nearest. A real that no int64 can hold saturates, NaN
// gives 0 (PyTorch leaves both undefined).
//
// Range   strides in elements, any sign. The i64 functions take integers and bool only.
#ifndef WICK_KERNELS_ELEMENTWISE_CONVERT_H
#define WICK_KERNELS_ELEMENTWISE_CONVERT_H

#include "wick/tensor.h" // wick_dtype

typedef struct wick_elements {
    uint32_t dtype;
    int32_t stride; // in elements
    uint32_t count;
} wick_elements;

// data[i * stride] -> numbers[i]
void wick_read_i64(const wick_elements *elements, const void *data, int64_t *numbers);
void wick_read_f32(const wick_elements *elements, const void *data, float *numbers);
void wick_read_f64(const wick_elements *elements, const void *data, double *numbers);

// numbers[i] -> data[i * stride]
void wick_write_i64(const wick_elements *elements, const int64_t *numbers, void *data);
void wick_write_f32(const wick_elements *elements, const float *numbers, void *data);
void wick_write_f64(const wick_elements *elements, const double *numbers, void *data);

// Rounds or wraps numbers to what `dtype` can hold.
void wick_round_i64(uint32_t dtype, uint32_t count, int64_t *numbers);
void wick_round_f32(uint32_t dtype, uint32_t count, float *numbers);
void wick_round_f64(uint32_t dtype, uint32_t count, double *numbers);

// Bytes of one buffer on the stack of a kernel that converts on the way.
#define WICK_CHUNK_BYTES 128

#endif
