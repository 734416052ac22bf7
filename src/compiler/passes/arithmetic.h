// SPDX-License-Identifier: BSD-3-Clause
// Nodes of elementwise arithmetic before builder->before, for rewrites that are formulas.
#ifndef WICK_COMPILER_PASSES_ARITHMETIC_H
#define WICK_COMPILER_PASSES_ARITHMETIC_H

#include "compiler/passes/build.h"

// op_name(value), of the value's type.
wick_ir_value *wick_build_unary(const wick_builder *builder, const char *op_name,
                                wick_ir_value *value);
// op_name(a, b), of the type of a.
wick_ir_value *wick_build_binary(const wick_builder *builder, const char *op_name, wick_ir_value *a,
                                 wick_ir_value *b);
// op_name(value, number), of the value's type: the Scalar overloads.
wick_ir_value *wick_build_scalar(const wick_builder *builder, const char *op_name,
                                 wick_ir_value *value, double number);
// aten::matmul or aten::mm and the like of two tensors, with a result of `type`.
wick_ir_value *wick_build_product(const wick_builder *builder, const char *op_name,
                                  const wick_ir_type *type, wick_ir_value *a, wick_ir_value *b);
// aten::linear; bias may be NULL.
wick_ir_value *wick_build_linear(const wick_builder *builder, wick_ir_value *input,
                                 wick_ir_value *weight, wick_ir_value *bias);

// `type` with dimension `dim` as dimension `other_dim` of `other`, symbolic where that is.
wick_ir_type wick_type_with_dim(const wick_builder *builder, const wick_ir_type *type, uint32_t dim,
                                const wick_ir_type *other, uint32_t other_dim);
// `type` with a fixed size for dimension `dim`.
wick_ir_type wick_type_with_size(const wick_builder *builder, const wick_ir_type *type,
                                 uint32_t dim, int64_t size);

#endif
