// SPDX-License-Identifier: BSD-3-Clause
// Distances between rows: the norm of their differences.
//
// Shapes  dims: `batches` dimensions with the strides of x1 and x2, then nothing; the outs of the
//         batches in `outs`. Rows `rows[k]` of operand k, `depth` elements each; any size may be 0.
//         `row_strides`, `step`: of x1, x2 and out ([rows[0], rows[1]]).
// Result  in float, rounded once; order 0, 1, 2, inf or p as in kernels/math/norm.h; a NaN
//         makes the distance NaN, or is left out.
#ifndef WICK_KERNELS_DISTANCE_DISTANCE_H
#define WICK_KERNELS_DISTANCE_DISTANCE_H

#include "kernels/element/nest.h"

typedef struct wick_distance_params {
    uint32_t batches;
    uint8_t dtype; // f32, f16, bf16
    float order;
    double order_f64;    // of the forms on f64
    bool leaves_out_nan; // of order inf
    int32_t rows[2], depth;
    int32_t row_strides[2], steps[2]; // of x1, x2
    int32_t out_strides[2];           // between rows of x1, of x2
    wick_nest_dim dims[WICK_MAX_RANK];
    wick_nest_dim outs[WICK_MAX_RANK]; // `out` is used
} wick_distance_params;

void wick_distances(const wick_distance_params *params, const void *x1, const void *x2, void *out);

// Distances between the rows of x1 themselves, i < j, in the order (0, 1), (0, 2), .., (1, 2), ..;
// out is contiguous.
void wick_own_distances(const wick_distance_params *params, const void *x1, void *out);

// The same on f64.
void wick_distances_f64(const wick_distance_params *params, const void *x1, const void *x2,
                        void *out);
void wick_own_distances_f64(const wick_distance_params *params, const void *x1, void *out);

#endif
