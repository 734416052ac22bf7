// SPDX-License-Identifier: BSD-3-Clause
// Nodes that need not run because the bytes of their result lie in those of an argument already, or
// the bytes of their arguments can be written into the result at once. Looks at shapes only.
#ifndef WICK_COMPILER_PLAN_ALIAS_H
#define WICK_COMPILER_PLAN_ALIAS_H

#include "compiler/ir/ir.h"

// Bytes of a value, from `offset_bytes` on.
typedef struct wick_plan_part {
    const wick_ir_value *whole;
    size_t offset_bytes;
} wick_plan_part;

// Same dtype and the same elements in the same order in memory.
bool wick_plan_same_bytes(const wick_ir_type *a, const wick_ir_type *b);
// Whether the node's result is its first argument under another shape, or with its dimensions
// under other numbers.
bool wick_plan_is_view(const wick_ir_node *node);
// The part of its first argument that a slice or a selected index takes, if the part lies in one
// piece.
bool wick_plan_is_part(const wick_ir_node *node, size_t *offset_bytes);
// Whether the node joins its arguments so that each lies in one piece of the result, one behind the
// other.
bool wick_plan_is_join(const wick_ir_node *node);

#endif
