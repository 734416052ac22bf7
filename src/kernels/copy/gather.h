// SPDX-License-Identifier: BSD-3-Clause
// Rows of a dense table by index: out[i] = table[indices[i]].
//
// Shapes  table [row_count, row_bytes], indices [index_count], out [index_count, row_bytes].
// Memory  out must not overlap an input.
// Errors  false, with out partly written, at the first index outside of [0, row_count).
#ifndef WICK_KERNELS_COPY_GATHER_H
#define WICK_KERNELS_COPY_GATHER_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wick_gather {
    uint32_t row_count;
    uint32_t row_bytes;
    uint32_t index_count;
    uint32_t index_bytes; // 4 or 8: int32 or int64
} wick_gather;

bool wick_gather_rows(const wick_gather *plan, const void *table, const void *indices, void *out);

#endif
