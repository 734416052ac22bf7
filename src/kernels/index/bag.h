// SPDX-License-Identifier: BSD-3-Clause
// Rows of a table, gathered by index and reduced bag by bag.
//
// Shapes  weight [rows, columns], indices [index_count], offsets [bags or bags + 1] in ascending
// order:
//         bag b holds the indices from offsets[b] to before offsets[b + 1], the last one to the
//         end. scales [index_count] or NULL. out [bags, columns]. Dense, row-major.
// Result  sum, mean or largest of the rows of a bag, each times its scale; an index equal to
// `padding`
//         counts for nothing; an empty bag gives 0. Computed in float, rounded once. NaN is the
//         largest.
// Errors  false if an index or offset is out of range; out may be written in part then.
#ifndef WICK_KERNELS_INDEX_BAG_H
#define WICK_KERNELS_INDEX_BAG_H

#include "wick/tensor.h"

typedef enum wick_bag_mode { WICK_BAG_SUM, WICK_BAG_MEAN, WICK_BAG_MAX } wick_bag_mode;

typedef struct wick_bag {
    uint32_t rows;
    uint32_t columns;
    uint32_t index_count;
    uint32_t bags;
    uint32_t offset_count;
    int32_t padding; // -1: none
    uint8_t mode;    // wick_bag_mode
    uint8_t dtype;   // of weight, scales and out: f32, f16, bf16
    uint8_t index_dtype;
} wick_bag;

typedef struct wick_bag_data {
    const void *weight, *indices, *offsets, *scales;
    void *out;
    void *bag_of_index; // [index_count] of index_dtype, or NULL
    void *bag_sizes;    // [bags] of index_dtype: indices that count; or NULL
    void *largest;      // [bags, columns] of index_dtype: which index gave the largest; or NULL
} wick_bag_data;

bool wick_embedding_bag(const wick_bag *plan, const wick_bag_data *data);

#endif
