// SPDX-License-Identifier: BSD-3-Clause
// Numbers of a program: sizes of tensors and arithmetic on them, with the meaning of Python's
// operators. A result takes the kind that Python gives it, whatever its value held before.
//
// Errors  INVALID_ARGUMENT where Python raises (division by 0, a real that no int holds) and where
//         an int leaves 64 bits.
#ifndef WICK_OPS_PRIM_H
#define WICK_OPS_PRIM_H

#include "ops/op.h"

// The prepared block of an operator that prepares nothing.
typedef uint8_t wick_prim_nothing;

typedef struct wick_copy_index_block {
    uint32_t row_bytes;
} wick_copy_index_block;

wick_status wick_prim_prepare(const wick_call *call, void *block);
wick_status wick_sym_size_prepare(const wick_call *call, void *block);
wick_status wick_local_scalar_prepare(const wick_call *call, void *block);
wick_status wick_copy_index_prepare(const wick_call *call, void *block);
wick_status wick_et_view_prepare(const wick_call *call, void *block);

// Refuses a self one of whose sizes does not lie in its range.
wick_status wick_check_sizes_prepare(const wick_call *call, void *block);
wick_status wick_check_sizes_run(const wick_call *call, const void *block);
// Fails with the text of the call, which lies in the program, where self is 0 or false.
wick_status wick_assert_scalar_run(const wick_call *call, const void *block);
wick_status wick_assert_tensor_run(const wick_call *call, const void *block);
wick_status wick_sym_size_run(const wick_call *call, const void *block);
wick_status wick_sym_numel_run(const wick_call *call, const void *block);
wick_status wick_local_scalar_run(const wick_call *call, const void *block);
wick_status wick_copy_index_run(const wick_call *call, const void *block);
wick_status wick_et_view_run(const wick_call *call, const void *block);

wick_status wick_prim_add_run(const wick_call *call, const void *block);
wick_status wick_prim_sub_run(const wick_call *call, const void *block);
wick_status wick_prim_mul_run(const wick_call *call, const void *block);
wick_status wick_prim_floordiv_run(const wick_call *call, const void *block);
wick_status wick_prim_truediv_run(const wick_call *call, const void *block);
wick_status wick_prim_mod_run(const wick_call *call, const void *block);
wick_status wick_prim_max_run(const wick_call *call, const void *block);
wick_status wick_prim_min_run(const wick_call *call, const void *block);
wick_status wick_prim_eq_run(const wick_call *call, const void *block);
wick_status wick_prim_gt_run(const wick_call *call, const void *block);
wick_status wick_prim_lt_run(const wick_call *call, const void *block);
wick_status wick_prim_ge_run(const wick_call *call, const void *block);
wick_status wick_prim_le_run(const wick_call *call, const void *block);
wick_status wick_prim_neg_run(const wick_call *call, const void *block);
wick_status wick_prim_ceil_run(const wick_call *call, const void *block);
wick_status wick_prim_round_run(const wick_call *call, const void *block);
wick_status wick_prim_trunc_run(const wick_call *call, const void *block);
wick_status wick_prim_float_run(const wick_call *call, const void *block);
wick_status wick_prim_not_run(const wick_call *call, const void *block);
wick_status wick_prim_ite_run(const wick_call *call, const void *block);

#endif
