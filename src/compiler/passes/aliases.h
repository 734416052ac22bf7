// SPDX-License-Identifier: BSD-3-Clause
// Views in eager PyTorch: which operators share the memory of their argument, and where the
// elements of a view lie in the tensor that it is a view of.
#ifndef WICK_COMPILER_PASSES_ALIASES_H
#define WICK_COMPILER_PASSES_ALIASES_H

#include "compiler/passes/build.h"

typedef enum wick_alias_kind {
    WICK_ALIAS_NONE, // a fresh tensor
    WICK_ALIAS_SAME,
    WICK_ALIAS_SHAPE, // the same elements in the same order
    WICK_ALIAS_ORDER, // the same elements with dimensions permuted
    WICK_ALIAS_PART,  // some of the elements
} wick_alias_kind;

// Of what the archive holds, before the pass decompose. wick_aliases_settle must have run on the
// graph.
wick_alias_kind wick_alias_of(const wick_ir_node *node);
// The tensor whose memory a value shares by one view; NULL if it has its own.
wick_ir_value *wick_alias_base(const wick_ir_value *value);
// The tensor at the end of the chain of bases: the value itself if it has memory of its own.
wick_ir_value *wick_alias_root(wick_ir_value *value);

// For each element of a view, in row-major order, which element of its root it is. NULL if a shape
// is dynamic, the tensors are too large for it, or the operator cannot be evaluated.
const int64_t *wick_alias_positions(const wick_pass_context *context, wick_ir_graph *graph,
                                    wick_ir_value *view);

// reshape and contiguous give a view where strides allow it, else a copy: finds out which, as eager
// PyTorch does. as_strided is called on the root of a view from here on. Uses value->index.
wick_status wick_aliases_settle(const wick_pass_context *context, wick_ir_graph *graph);
// Whether it could not be found out.
bool wick_alias_is_open(const wick_ir_node *node);

#endif
