// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on two operands, the second of which may be a Scalar. Their kernels are
// rows of kernels/elementwise/binary.def; a new one is such a row, a row in ops.def and a line in
// binary.c.
#ifndef WICK_OPS_BINARY_H
#define WICK_OPS_BINARY_H

#include "kernels/elementwise/binary.h"
#include "ops/float64.h"
#include "ops/scalar.h"

typedef struct wick_binary_block {
    wick_binary plan;     // walk of rank 0: nothing to do
    uint32_t other_count; // elements of other, which division looks through for a 0
    uint8_t args[2];      // of the operands
    uint8_t out_arg;
    uint8_t rounding;
    wick_number other; // the operand that is a Scalar
    wick_number scale; // of other, in add and sub; the parameter of others
} wick_binary_block;

wick_status wick_binary_prepare(const wick_call *call, void *block);
wick_status wick_add_prepare(const wick_call *call, void *block);
wick_status wick_sub_prepare(const wick_call *call, void *block);
wick_status wick_rsub_prepare(const wick_call *call, void *block);
wick_status wick_div_prepare(const wick_call *call, void *block);
wick_status wick_div_mode_prepare(const wick_call *call, void *block);
wick_status wick_floor_divide_prepare(const wick_call *call, void *block);
wick_status wick_not_bool_prepare(const wick_call *call, void *block); // bool is refused
wick_status wick_pow_prepare(const wick_call *call, void *block);
wick_status wick_compare_prepare(const wick_call *call, void *block);      // gives bool
wick_status wick_binary_float_prepare(const wick_call *call, void *block); // integers give float32
wick_status wick_binary_real_prepare(const wick_call *call, void *block);  // floating point only
wick_status wick_binary_whole_prepare(const wick_call *call, void *block); // integers and bool only
wick_status wick_shift_prepare(const wick_call *call, void *block);
wick_status wick_lerp_scalar_prepare(const wick_call *call, void *block);

wick_status wick_add_run(const wick_call *call, const void *block); // sub too: its scale is negated
wick_status wick_div_run(const wick_call *call, const void *block);
wick_status wick_fmod_run(const wick_call *call, const void *block);
wick_status wick_remainder_run(const wick_call *call, const void *block);

#define WICK_RUN(id, real, integer) \
    wick_status wick_##id##_run(const wick_call *call, const void *block);
#include "ops/binary_runs.def"
#undef WICK_RUN

#endif
