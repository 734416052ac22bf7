// SPDX-License-Identifier: BSD-3-Clause
// Search in sorted sequences, positions of what is not 0, and counts by value.
//
// Numbers are compared as int64 if both are integers, else as float.
#ifndef WICK_KERNELS_SEARCH_SEARCH_H
#define WICK_KERNELS_SEARCH_SEARCH_H

#include "kernels/element/nest.h"
#include "kernels/line/lines.h"

// For each value of a line where it would go in the sequence of that line: before what is not less,
// or (`flag`) behind what is not greater; a NaN behind all. Operand 0 is the sequence, 1 the values
// (`beside`, `beside_dtype`), 2 the out of type out_dtype: int32 or int64. `order`, if any, holds
// indices that sort the sequence, and lies as the sequence does; they are within it.
void wick_search(const wick_lines *lines, const void *sequence, void *out);

// Whether each value is in the sorted sequence; `flag`: whether it is not. Operands as above, of
// one type; out is bool. A NaN is in none.
void wick_is_in(const wick_lines *lines, const void *sequence, void *out);

typedef struct wick_nonzero_params {
    uint32_t rank;
    uint8_t dtype;
    int32_t rows; // of out: no more are written
    int32_t out_strides[2];
    wick_nest_dim dims[WICK_MAX_RANK]; // all dimensions, in order, none merged
} wick_nonzero_params;

// Elements that are not 0 (NaN is not), of `count` that lie one behind the other.
int32_t wick_count_nonzero(const void *data, int32_t count, uint32_t dtype);
// Their coordinates, a row for each of the first `rows`, in logical order.
void wick_nonzero(const wick_nonzero_params *params, const void *in, int64_t *out);

typedef struct wick_histogram_params {
    int32_t count, bins;
    uint8_t dtype, weight_dtype;
    float low, high; // low < high
} wick_histogram_params;

// How many of the numbers lie in each bin; those outside and NaN in none, `high` in the last. Real
// types, the out of the type of the input.
void wick_histogram(const wick_histogram_params *params, const void *in, void *out);
// Smallest and greatest element of a real type; NaN if there is one. count >= 1.
void wick_histogram_range(const wick_histogram_params *params, const void *in, float *low,
                          float *high);

// How often each integer 0 .. bins - 1 occurs, as int64; with weights, their sums: float32 of
// float32, float64 of any other type. All elements are below `bins`, none is negative.
void wick_bincount(const wick_histogram_params *params, const void *in, const void *weights,
                   void *out);

#endif
