// SPDX-License-Identifier: BSD-3-Clause
// Operators whose out holds elements of self in another shape, order or type: each prepare states
// where the elements of out lie in self, and one strided copy does the rest.
#ifndef WICK_OPS_COPY_H
#define WICK_OPS_COPY_H

#include "kernels/walk/walk.h"
#include "ops/op.h"

typedef struct wick_copy_block {
    wick_walk walk;      // rank 0: nothing to do
    int32_t from_offset; // in elements
    uint8_t from_dtype;
    uint8_t to_dtype;
    uint8_t from_arg;
    uint8_t out_arg;
} wick_copy_block;

wick_status wick_view_copy_prepare(const wick_call *call, void *block);
wick_status wick_permute_copy_prepare(const wick_call *call, void *block);
wick_status wick_transpose_copy_prepare(const wick_call *call, void *block);
wick_status wick_t_copy_prepare(const wick_call *call, void *block);
wick_status wick_squeeze_copy_prepare(const wick_call *call, void *block);
wick_status wick_squeeze_copy_dims_prepare(const wick_call *call, void *block);
wick_status wick_unsqueeze_copy_prepare(const wick_call *call, void *block);
wick_status wick_expand_copy_prepare(const wick_call *call, void *block);
wick_status wick_slice_copy_prepare(const wick_call *call, void *block);
wick_status wick_select_copy_prepare(const wick_call *call, void *block);
wick_status wick_alias_copy_prepare(const wick_call *call, void *block);    // (self, out)
wick_status wick_conj_physical_prepare(const wick_call *call, void *block); // of real numbers
wick_status wick_clone_prepare(const wick_call *call, void *block); // (self, memory_format, out)
wick_status wick_clone_dim_order_prepare(const wick_call *call,
                                         void *block); // (self, non_blocking, dim_order, out)
wick_status wick_to_copy_prepare(const wick_call *call,
                                 void *block); // the same, to the type of out

wick_status wick_copy_out_prepare(const wick_call *call, void *block);
wick_status wick_fill_tensor_prepare(const wick_call *call, void *block);   // (self, src, .., out)
wick_status wick_copy_in_place_prepare(const wick_call *call, void *block); // (self, src, ..)

wick_status wick_copy_run(const wick_call *call, const void *block);
wick_status wick_convert_run(const wick_call *call, const void *block);

#endif
