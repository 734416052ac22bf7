// SPDX-License-Identifier: BSD-3-Clause
// Complex numbers as pairs of real ones, for the rewrites of complex_forms.def.
#ifndef WICK_COMPILER_PASSES_COMPLEX_PAIRS_H
#define WICK_COMPILER_PASSES_COMPLEX_PAIRS_H

#include "compiler/passes/decompose/decompose.h"

// A tensor of any type as c64, or a number as a c64 tensor without dimensions; NULL for anything
// else.
wick_ir_value *wick_build_complex(const wick_builder *builder, const wick_ir_arg *arg);

// NOT_SUPPORTED if a tensor of the node has no room for one dimension more.
wick_status wick_check_pairs(const wick_builder *builder);
// f32[.., 2] of c64[..], and back.
wick_ir_type wick_pairs_type(const wick_ir_type *type);
wick_ir_value *wick_build_pairs(const wick_builder *builder, wick_ir_value *value);
wick_ir_value *wick_build_of_pairs(const wick_builder *builder, wick_ir_value *pairs);
// Lets these pairs take the place of the node's first result.
wick_status wick_replace_by_pairs(const wick_builder *builder, wick_ir_value *pairs);

// decompose_complex_pairs.c
wick_status wick_rewrite_complex_neg(const wick_builder *builder);
wick_status wick_rewrite_complex_where(const wick_builder *builder);
wick_status wick_rewrite_complex_sum(const wick_builder *builder);
wick_status wick_rewrite_complex_cumsum(const wick_builder *builder);
wick_status wick_rewrite_complex_prod(const wick_builder *builder);
wick_status wick_rewrite_complex_var(const wick_builder *builder);
wick_status wick_rewrite_complex_scatter_add(const wick_builder *builder);
wick_status wick_rewrite_complex_index_put(const wick_builder *builder);

// decompose_complex_product.c
wick_status wick_rewrite_complex_mm(const wick_builder *builder);
wick_status wick_rewrite_complex_addmm(const wick_builder *builder);
wick_status wick_rewrite_complex_linear(const wick_builder *builder);
wick_status wick_rewrite_complex_vdot(const wick_builder *builder);
wick_status wick_rewrite_complex_convolution(const wick_builder *builder);

#endif
