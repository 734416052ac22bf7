// SPDX-License-Identifier: BSD-3-Clause
// Part of the pass move_permutes: a product of activations reads a permuted operand where it lies.
#ifndef WICK_COMPILER_PASSES_MATMUL_STRIDES_H
#define WICK_COMPILER_PASSES_MATMUL_STRIDES_H

#include "compiler/passes/build.h"

// Before  %p = permute(%x, ..)    %v = view(%p)    %y = wick::matmul_s8(%v, %w, %block)
// After   %y = wick::matmul_s8(%x, %w, %block')
// For each operand of the builder's node, a wick::matmul_s8; the view is optional. True if one
// changed.
bool wick_take_into_matmul(const wick_builder *builder);

#endif
