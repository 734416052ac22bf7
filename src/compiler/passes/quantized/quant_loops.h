// SPDX-License-Identifier: BSD-3-Clause
// How two operands of an integer elementwise operator meet, as loops (kernels/quant/loops.h).
#ifndef WICK_COMPILER_PASSES_QUANT_LOOPS_H
#define WICK_COMPILER_PASSES_QUANT_LOOPS_H

#include "compiler/passes/build.h"

// The block of wick::add_s8, mul_s8, div_s8: `head`, a struct whose last field is loop_count, which
// is set here, then the loops. types: of both operands and of the result, contiguous, the operands
// broadcasting to the result.
wick_ir_value *wick_build_loops_block(const wick_builder *builder, const void *head,
                                      size_t head_bytes, const wick_ir_type *const types[3]);
// Whether the node's block is a constant that holds the struct of its operator.
bool wick_loops_block_is_constant(const wick_ir_node *node);
// The block of such a node for operands of other shapes.
wick_ir_value *wick_rebuild_loops_block(const wick_builder *builder,
                                        const wick_ir_type *const types[3]);

#endif
