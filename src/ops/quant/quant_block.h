// SPDX-License-Identifier: BSD-3-Clause
// What the integer operators of the namespace wick share. Their numbers stand in a constant i32
// tensor, the block, which the compiler computes: a struct of int32 fields, arrays behind it. Init
// checks it against the tensors and keeps nothing of it in RAM.
#ifndef WICK_OPS_QUANT_BLOCK_H
#define WICK_OPS_QUANT_BLOCK_H

#include "kernels/quant/loops.h"
#include "kernels/quant/requantize.h"
#include "kernels/quant/residual.h"
#include "kernels/quant/taps.h"
#include "ops/op.h"

// int32 words of a struct: where the arrays behind it start.
#define WICK_QUANT_WORDS(type)   (sizeof(type) / sizeof(int32_t))
#define WICK_QUANT_BIAS_AT(type) WICK_QUANT_WORDS(type)

// The prepared block of an operator that prepares nothing.
typedef uint8_t wick_quant_nothing;

// The block of a call whose argument `arg` it is: constant and of at least `words`, else NULL and a
// failure. A tensor that the caller lends is none: it could change after the check.
const int32_t *wick_quant_block(const wick_call *call, uint32_t arg, size_t words);
// INVALID_PROGRAM: the block holds what no compiler writes.
wick_status wick_quant_wrong_block(const wick_call *call, uint32_t arg);
// INVALID_ARGUMENT: a tensor has other sizes than the block says.
wick_status wick_quant_wrong_shape(const wick_call *call, uint32_t arg);

// A contiguous tensor of this dtype and shape.
wick_status wick_quant_shaped(const wick_call *call, uint32_t arg, uint32_t dtype,
                              const wick_tensor *shape);
wick_status wick_quant_sized(const wick_call *call, uint32_t arg, uint32_t rank,
                             const int32_t *sizes);
// A contiguous tensor of this dtype, any shape.
wick_status wick_quant_dense(const wick_call *call, uint32_t arg, uint32_t dtype);

// A zero point or its negative, of i8 or i16; offset and bounds; a sum's operands and scales, the
// zero points of i16 operands being 0.
bool wick_quant_offset_fits(int32_t offset, uint32_t dtype);
bool wick_quant_range_fits(const wick_quant_range *range, uint32_t dtype);
bool wick_quant_residual_fits(const wick_quant_residual *residual, uint32_t dtype);
// Positions stay inside int32, and taps follow each other as kernels/quant/taps.h says.
bool wick_quant_axis_is_valid(const wick_quant_axis *axis, bool is_transposed);

// Product of the counts; false if a count or step is below 0, or the product is far above int32.
bool wick_quant_loops_product(const wick_quant_loops *loops, uint64_t *product);
// Whether the last element that the loops reach in one operand lies below `count`. The product is
// known and not 0; at most WICK_QUANT_LOOPS_MAX loops.
bool wick_quant_loops_stay_below(const wick_quant_loops *loops, bool is_b, size_t count);
// Whether both operands stay below their elements and the result has `out`.
typedef struct wick_quant_counts {
    size_t a, b, out;
} wick_quant_counts;
bool wick_quant_loops_are_valid(const wick_quant_loops *loops, const wick_quant_counts *counts);

#endif
