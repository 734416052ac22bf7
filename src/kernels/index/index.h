// SPDX-License-Identifier: BSD-3-Clause
// Moves blocks of elements between a tensor that is read or written in order and one that index
// tensors point into: the loops of gather, scatter, index, index_put, index_select and their kin.
//
// For each position of the outer walk the sources add an offset to one of the two operands; then
// the inner walk moves the elements of one block. A source is a tensor of integers, or a mask whose
// true elements are counted off by the innermost position.
//
// Shapes  operands are 0: from, 1: to; strides in elements. The outer walk may have size 0.
// Range   at most WICK_INDEX_SOURCES sources.
// Memory  from and to must not overlap, nor the indices the target.
// Errors  false, with the target partly written, at the first index outside of its dimension.
// Result  exact; elements meet in the order of positions.
#ifndef WICK_KERNELS_INDEX_INDEX_H
#define WICK_KERNELS_INDEX_INDEX_H

#include "kernels/walk/walk.h"

#include <stddef.h>

enum { WICK_INDEX_SOURCES = 8, WICK_INDEX_MASK_RANK = 3 };

typedef enum wick_index_kind {
    WICK_INDEX_INT64,
    WICK_INDEX_INT32,
    WICK_INDEX_INT16,
    WICK_INDEX_INT8,
    WICK_INDEX_UINT8,
    WICK_INDEX_MASK, // bytes, 0 or not
} wick_index_kind;

typedef struct wick_index_source {
    const void *data;
    uint8_t kind;
    uint8_t wraps; // a negative index counts from the end
    uint8_t rank;  // of a mask
    union {
        struct {
            int32_t extent;                  // of the dimension
            int32_t step;                    // of the dimension, in elements of the operand
            int32_t strides[WICK_WALK_RANK]; // of each position
        } integers;
        struct {
            int32_t sizes[WICK_INDEX_MASK_RANK]; // none of them 0
            int32_t strides[WICK_INDEX_MASK_RANK];
            int32_t steps[WICK_INDEX_MASK_RANK];
        } mask;
    } of;
} wick_index_source;

typedef struct wick_index_plan {
    wick_walk positions; // natural order: the last is the innermost
    wick_walk inner;     // of one block
    uint32_t operand;    // that the sources point into
    uint32_t source_count;
} wick_index_plan;

// Reads one integer index.
int64_t wick_index_read(uint32_t kind, const void *data, int32_t at);

// True elements of a mask.
uint32_t wick_index_count(const wick_index_source *mask);

bool wick_index_copy(const wick_index_plan *plan, const wick_index_source *sources,
                     uint32_t element_bytes, const void *from, void *to);

// What becomes of an element that is met: to = to <combination> from.
typedef enum wick_combination {
    WICK_COMBINE_ADD,
    WICK_COMBINE_MULTIPLY,
    WICK_COMBINE_MINIMUM, // NaN if one is
    WICK_COMBINE_MAXIMUM,
    WICK_COMBINE_ADD_SCALED, // to + scale * from
} wick_combination;

typedef struct wick_combining {
    uint32_t dtype;
    wick_combination combination;
    double scale;
    int64_t integer_scale; // of integer types
} wick_combining;

// The same with arithmetic: each meeting is rounded to the type.
bool wick_index_combine(const wick_index_plan *plan, const wick_index_source *sources,
                        const wick_combining *how, const void *from, void *to);

#endif
