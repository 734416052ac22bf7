// SPDX-License-Identifier: BSD-3-Clause
// Tensors as sources of offsets (kernels/index).
#ifndef WICK_OPS_INDEX_SOURCE_H
#define WICK_OPS_INDEX_SOURCE_H

#include "kernels/index/index.h"
#include "ops/view.h"

// An index tensor broadcast to the positions; the caller sets extent and step. INVALID_TYPE,
// speaking of `arg`, if it has no integers.
wick_status wick_index_integers(const wick_call *call, uint32_t arg, const wick_tensor *index,
                                uint32_t rank, const int32_t *sizes, wick_index_source *source);
// A mask over dimensions of a tensor that has these strides from the first of them on.
wick_status wick_index_mask(const wick_call *call, uint32_t arg, const wick_tensor *mask,
                            const int32_t *steps, wick_index_source *source);
// How many of its elements are true.
wick_status wick_index_mask_count(const wick_call *call, uint32_t arg, const wick_tensor *mask,
                                  int32_t *count);

#endif
