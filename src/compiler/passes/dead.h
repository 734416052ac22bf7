// SPDX-License-Identifier: BSD-3-Clause
// What eliminate_dead does, for passes that leave much unused behind.
#ifndef WICK_COMPILER_PASSES_DEAD_H
#define WICK_COMPILER_PASSES_DEAD_H

#include "compiler/ir/ir.h"

// Removes nodes none of whose results is used, and values that nothing mentions; sources of sizes
// as well, which the pass eliminate_dead keeps for compute_sizes.
void wick_remove_dead(wick_ir_graph *graph);

#endif
