// SPDX-License-Identifier: BSD-3-Clause
// Nodes before builder->before whose types follow from their operands: for rewrites that are
// formulas with broadcasting, comparisons and reductions.
#ifndef WICK_COMPILER_PASSES_FORMULA_H
#define WICK_COMPILER_PASSES_FORMULA_H

#include "compiler/passes/arithmetic.h"

// The shape that two tensors broadcast to, with the dtype of `a`.
wick_ir_type wick_broadcast_type(const wick_builder *builder, const wick_ir_value *a,
                                 const wick_ir_value *b);
// op_name(a, b), broadcast, with the dtype of a.
wick_ir_value *wick_build_broadcast(const wick_builder *builder, const char *op_name,
                                    wick_ir_value *a, wick_ir_value *b);
// op_name(a, b), broadcast; op_name(a, number): both bool.
wick_ir_value *wick_build_comparison(const wick_builder *builder, const char *op_name,
                                     wick_ir_value *a, wick_ir_value *b);
wick_ir_value *wick_build_compared(const wick_builder *builder, const char *op_name,
                                   wick_ir_value *a, double number);
// mask ? a : b, all of one shape or a's.
wick_ir_value *wick_build_where(const wick_builder *builder, wick_ir_value *mask, wick_ir_value *a,
                                wick_ir_value *b);
// `number` where mask is set.
wick_ir_value *wick_build_masked(const wick_builder *builder, wick_ir_value *a, wick_ir_value *mask,
                                 double number);
// aten::sum.dim_IntList, aten::mean.dim, aten::amax, aten::amin over one dimension.
wick_ir_value *wick_build_reduction(const wick_builder *builder, const char *op_name,
                                    wick_ir_value *a, uint32_t dim, bool keepdim);
// The same over all dimensions: a tensor without dimensions.
wick_ir_value *wick_build_total(const wick_builder *builder, const char *op_name, wick_ir_value *a);
// Along `dim`; the result has the shape of index.
wick_ir_value *wick_build_gather(const wick_builder *builder, wick_ir_value *a, uint32_t dim,
                                 wick_ir_value *index);
wick_ir_value *wick_build_full(const wick_builder *builder, const wick_ir_type *type,
                               double number);
// 0, 1, .. count - 1 of `dtype`.
wick_ir_value *wick_build_arange(const wick_builder *builder, uint8_t dtype, int64_t count);
// One dimension; the last two exchanged; element `index` of `dim`.
wick_ir_value *wick_build_flat(const wick_builder *builder, wick_ir_value *value);
wick_ir_value *wick_build_turned(const wick_builder *builder, wick_ir_value *value);
wick_ir_value *wick_build_select(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                                 int64_t index);
// a @ b of matrices, leading dimensions those of a.
wick_ir_value *wick_build_matmul(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b);
// Refuses the builder's node by name.
wick_status wick_build_refuse(const wick_builder *builder, const char *text);

#endif
