// SPDX-License-Identifier: BSD-3-Clause
// One index tensor along one dimension: an index for each element (gather, scatter and its sums),
// or for each slice (index_select, index_copy, index_add and their kin).
#ifndef WICK_OPS_GATHER_H
#define WICK_OPS_GATHER_H

#include "ops/op.h"

typedef struct wick_gather_block {
    uint8_t element[8]; // of a Scalar that is written
    uint32_t dim;
    uint32_t out_arg;
    uint8_t combination; // wick_combination, where elements are combined
    uint8_t starts_over; // self does not count where something is written
} wick_gather_block;

wick_status wick_gather_prepare(const wick_call *call, void *block);
wick_status wick_gather_run(const wick_call *call, const void *block);
wick_status wick_scatter_src_prepare(const wick_call *call, void *block);
wick_status wick_scatter_src_run(const wick_call *call, const void *block);
wick_status wick_scatter_value_prepare(const wick_call *call, void *block);
wick_status wick_scatter_value_run(const wick_call *call, const void *block);
wick_status wick_scatter_add_prepare(const wick_call *call, void *block);
wick_status wick_scatter_reduce_prepare(const wick_call *call, void *block);
wick_status wick_scatter_combine_run(const wick_call *call, const void *block);

wick_status wick_index_select_prepare(const wick_call *call, void *block);
wick_status wick_index_select_run(const wick_call *call, const void *block);
wick_status wick_index_copy_prepare(const wick_call *call, void *block);
wick_status wick_index_copy_run(const wick_call *call, const void *block);
wick_status wick_index_fill_scalar_prepare(const wick_call *call, void *block);
wick_status wick_index_fill_scalar_run(const wick_call *call, const void *block);
wick_status wick_index_fill_tensor_prepare(const wick_call *call, void *block);
wick_status wick_index_fill_tensor_run(const wick_call *call, const void *block);
wick_status wick_index_add_prepare(const wick_call *call, void *block);
wick_status wick_index_reduce_prepare(const wick_call *call, void *block);
wick_status wick_index_combine_run(const wick_call *call, const void *block);

#endif
