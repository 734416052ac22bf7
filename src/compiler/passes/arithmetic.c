// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/arithmetic.h"

wick_ir_value *wick_build_unary(const wick_builder *builder, const char *op_name,
                                wick_ir_value *value)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value)};
    return wick_build(builder, op_name, &value->type, args, 1);
}

wick_ir_value *wick_build_binary(const wick_builder *builder, const char *op_name, wick_ir_value *a,
                                 wick_ir_value *b)
{
    return wick_build_product(builder, op_name, &a->type, a, b);
}

wick_ir_value *wick_build_scalar(const wick_builder *builder, const char *op_name,
                                 wick_ir_value *value, double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_number(value->type.dtype, number)};
    return wick_build(builder, op_name, &value->type, args, 2);
}

wick_ir_value *wick_build_product(const wick_builder *builder, const char *op_name,
                                  const wick_ir_type *type, wick_ir_value *a, wick_ir_value *b)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_value(b)};
    return wick_build(builder, op_name, type, args, 2);
}

wick_ir_value *wick_build_linear(const wick_builder *builder, wick_ir_value *input,
                                 wick_ir_value *weight, wick_ir_value *bias)
{
    const wick_ir_type type =
        wick_type_with_size(builder, &input->type, input->type.rank - 1u, weight->type.sizes[0]);
    const wick_ir_arg args[] = {wick_ir_arg_value(input), wick_ir_arg_value(weight),
                                bias != NULL ? wick_ir_arg_value(bias) : wick_ir_arg_none()};
    return wick_build(builder, "aten::linear", &type, args, 3);
}

wick_ir_type wick_type_with_size(const wick_builder *builder, const wick_ir_type *type,
                                 uint32_t dim, int64_t size)
{
    wick_ir_type made = *type;
    (void)builder;
    made.sizes[dim] = size;
    return made;
}

wick_ir_type wick_type_with_dim(const wick_builder *builder, const wick_ir_type *type, uint32_t dim,
                                const wick_ir_type *other, uint32_t other_dim)
{
    return wick_type_with_size(builder, type, dim, other->sizes[other_dim]);
}
