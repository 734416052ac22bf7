// SPDX-License-Identifier: BSD-3-Clause
// What is left of a sequence when neighbours that are equal become one. A NaN equals nothing.
//
// Shapes  sequence: `count` slices of `dims` (rank inner, may be 0: single elements), slice i at
//         element starts: logical order over `places` (a nest of `place_rank` dimensions).
#ifndef WICK_KERNELS_SORT_UNIQUE_H
#define WICK_KERNELS_SORT_UNIQUE_H

#include "kernels/element/nest.h"

typedef struct wick_unique_params {
    uint8_t dtype;
    uint32_t place_rank, inner;
    wick_nest_dim places[WICK_MAX_RANK]; // where slices begin: `in`
    wick_nest_dim dims[WICK_MAX_RANK];   // elements of a slice: `in`, and `out` in the result
    int32_t out_step;                    // between slices of the result
} wick_unique_params;

// Groups of equal neighbours.
int32_t wick_count_unique(const wick_unique_params *params, const void *in);
// The first slice of each group to `out`. Where they are not NULL: `inverse` gets the group of each
// slice, at order[i] if there is an order; `counts` the size of each group.
void wick_unique(const wick_unique_params *params, const void *in, const int64_t *order, void *out,
                 int64_t *inverse, int64_t *counts);

// slices.c: the numbers of the slices of one dimension of places, in ascending order of their
// elements.
void wick_sort_slices(const wick_unique_params *params, const void *in, int64_t *order);

#endif
