// SPDX-License-Identifier: BSD-3-Clause
// Loops of a block (kernels/quant/loops.h) over tensors whose last dimension are the channels.
#ifndef WICK_COMPILER_PASSES_CHANNEL_LOOPS_H
#define WICK_COMPILER_PASSES_CHANNEL_LOOPS_H

#include "compiler/ir/ir.h"
#include "ops/quant/quant_block.h"

// Loops in a block: `along` runs over channels, the others over pixels.
typedef struct wick_channel_loops {
    wick_quant_loop loop[WICK_QUANT_LOOPS_MAX];
    uint32_t count;
    uint32_t along;      // below count
    uint32_t first_word; // where they stand in the block
    bool has_b;          // whether b_step counts
} wick_channel_loops;

// Fills in the loops that stand at first_word of the block; count is at most WICK_QUANT_LOOPS_MAX.
void wick_channel_loops_read(const wick_ir_value *block, wick_channel_loops *loops);
// Whether element i of the loop `along` has channel i modulo `channels` in the operands, whatever
// the others count.
bool wick_channel_loops_fit(const wick_channel_loops *loops, int32_t channels);
// Lets the node's block have `after` channels instead of `before`.
void wick_channel_loops_shrink(wick_ir_graph *graph, wick_ir_node *node, wick_channel_loops *loops,
                               int32_t before, int32_t after);

// A copy of the node's block that may be changed.
uint8_t *wick_channel_block_copy(wick_ir_graph *graph, wick_ir_node *node);

#endif
