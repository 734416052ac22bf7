// SPDX-License-Identifier: BSD-3-Clause
// A part of a tensor, read by an operator or written between the elements of another tensor.
#ifndef WICK_OPS_PART_H
#define WICK_OPS_PART_H

#include "ops/view.h"

// Each narrows a view of a whole tensor to the part that the arguments from `arg` on name.
wick_status wick_part_slice(const wick_call *call, uint32_t arg,
                            wick_view *view); // dim, start, end, step
wick_status wick_part_select(const wick_call *call, uint32_t arg, wick_view *view); // dim, index
wick_status wick_part_diagonal(const wick_call *call, uint32_t arg,
                               wick_view *view); // offset, dim1, dim2
// size, stride, storage_offset: counted in the memory of the tensor.
wick_status wick_part_as_strided(const wick_call *call, uint32_t arg, wick_view *view);

typedef struct wick_part_block {
    uint32_t out_arg;
} wick_part_block;

// self with src in the place of a part.
wick_status wick_slice_scatter_prepare(const wick_call *call, void *block);
wick_status wick_select_scatter_prepare(const wick_call *call, void *block);
wick_status wick_diagonal_scatter_prepare(const wick_call *call, void *block);
wick_status wick_as_strided_scatter_prepare(const wick_call *call, void *block);
wick_status wick_slice_scatter_run(const wick_call *call, const void *block);
wick_status wick_select_scatter_run(const wick_call *call, const void *block);
wick_status wick_diagonal_scatter_run(const wick_call *call, const void *block);
wick_status wick_as_strided_scatter_run(const wick_call *call, const void *block);

// self on the diagonal of zeros.
wick_status wick_diag_embed_prepare(const wick_call *call, void *block);
wick_status wick_diag_embed_run(const wick_call *call, const void *block);

#endif
