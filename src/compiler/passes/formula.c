// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/formula.h"

wick_ir_type wick_broadcast_type(const wick_builder *builder, const wick_ir_value *a,
                                 const wick_ir_value *b)
{
    const bool is_a_longer = a->type.rank >= b->type.rank;
    wick_ir_type type = is_a_longer ? a->type : b->type;
    const wick_ir_type *other = is_a_longer ? &b->type : &a->type;
    type.dtype = a->type.dtype;
    for (uint32_t i = 0; i < other->rank; i++) {
        const uint32_t d = type.rank - other->rank + i;
        if (type.sizes[d] == 1) {
            type = wick_type_with_dim(builder, &type, d, other, i);
        }
    }
    return type;
}

wick_ir_value *wick_build_broadcast(const wick_builder *builder, const char *op_name,
                                    wick_ir_value *a, wick_ir_value *b)
{
    const wick_ir_type type = wick_broadcast_type(builder, a, b);
    return wick_build_product(builder, op_name, &type, a, b);
}

wick_ir_value *wick_build_comparison(const wick_builder *builder, const char *op_name,
                                     wick_ir_value *a, wick_ir_value *b)
{
    wick_ir_type type = wick_broadcast_type(builder, a, b);
    type.dtype = WICK_BOOL;
    return wick_build_product(builder, op_name, &type, a, b);
}

wick_ir_value *wick_build_compared(const wick_builder *builder, const char *op_name,
                                   wick_ir_value *a, double number)
{
    wick_ir_type type = a->type;
    type.dtype = WICK_BOOL;
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_number(a->type.dtype, number)};
    return wick_build(builder, op_name, &type, args, 2);
}

wick_ir_value *wick_build_where(const wick_builder *builder, wick_ir_value *mask, wick_ir_value *a,
                                wick_ir_value *b)
{
    wick_ir_type type = wick_broadcast_type(builder, a, b);
    const wick_ir_value wide = {.type = type};
    type = wick_broadcast_type(builder, &wide, mask);
    const wick_ir_arg args[] = {wick_ir_arg_value(mask), wick_ir_arg_value(a),
                                wick_ir_arg_value(b)};
    return wick_build(builder, "aten::where.self", &type, args, 3);
}

wick_ir_value *wick_build_masked(const wick_builder *builder, wick_ir_value *a, wick_ir_value *mask,
                                 double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_value(mask),
                                wick_number(a->type.dtype, number)};
    const wick_ir_type type = wick_broadcast_type(builder, a, mask);
    return wick_build(builder, "aten::masked_fill.Scalar", &type, args, 3);
}

wick_ir_value *wick_build_reduction(const wick_builder *builder, const char *op_name,
                                    wick_ir_value *a, uint32_t dim, bool keepdim)
{
    const int64_t dims[] = {dim};
    wick_ir_type type = wick_type_with_size(builder, &a->type, dim, 1);
    for (uint32_t i = dim; !keepdim && i + 1 < a->type.rank; i++) {
        type = wick_type_with_dim(builder, &type, i, &a->type, i + 1);
    }
    type.rank = (uint8_t)(type.rank - !keepdim);
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_ints(builder->graph, dims, 1),
                                wick_ir_arg_bool(keepdim)};
    return wick_build(builder, op_name, &type, args, 3);
}

wick_ir_value *wick_build_total(const wick_builder *builder, const char *op_name, wick_ir_value *a)
{
    return wick_build_reduction(builder, op_name, wick_build_flat(builder, a), 0, false);
}

wick_ir_value *wick_build_gather(const wick_builder *builder, wick_ir_value *a, uint32_t dim,
                                 wick_ir_value *index)
{
    wick_ir_type type = index->type;
    type.dtype = a->type.dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(a), wick_ir_arg_int(dim),
                                wick_ir_arg_value(index)};
    return wick_build(builder, "aten::gather", &type, args, 3);
}

wick_ir_value *wick_build_full(const wick_builder *builder, const wick_ir_type *type, double number)
{
    const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, type->sizes, type->rank),
                                wick_number(type->dtype, number)};
    return wick_build(builder, "aten::full", type, args, 2);
}

wick_ir_value *wick_build_arange(const wick_builder *builder, uint8_t dtype, int64_t count)
{
    const wick_ir_type type = wick_ir_type_tensor(dtype, 1, &count);
    const wick_ir_arg args[] = {wick_ir_arg_int(count)};
    return wick_build(builder, "aten::arange", &type, args, 1);
}

wick_ir_value *wick_build_flat(const wick_builder *builder, wick_ir_value *value)
{
    const int64_t count =
        wick_size_product(builder->graph->sizes, value->type.sizes, value->type.rank);
    return wick_build_view(builder, value, 1, &count);
}

wick_ir_value *wick_build_turned(const wick_builder *builder, wick_ir_value *value)
{
    int64_t dims[WICK_MAX_RANK];
    const uint32_t rank = value->type.rank;
    for (uint32_t i = 0; i < rank; i++) {
        dims[i] = i + 2 == rank ? i + 1 : i + 1 == rank ? i - 1 : i;
    }
    return wick_build_permute(builder, value, dims);
}

wick_ir_value *wick_build_select(const wick_builder *builder, wick_ir_value *value, uint32_t dim,
                                 int64_t index)
{
    wick_ir_type type = value->type;
    for (uint32_t i = dim; i + 1 < value->type.rank; i++) {
        type = wick_type_with_dim(builder, &type, i, &value->type, i + 1);
    }
    type.rank--;
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_int(dim),
                                wick_ir_arg_int(index)};
    return wick_build(builder, "aten::select_copy.int", &type, args, 3);
}

wick_ir_value *wick_build_matmul(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b)
{
    const wick_ir_type type =
        wick_type_with_dim(builder, &a->type, a->type.rank - 1u, &b->type, b->type.rank - 1u);
    return wick_build_product(builder, "aten::matmul", &type, a, b);
}

wick_status wick_build_refuse(const wick_builder *builder, const char *text)
{
    return wick_ir_node_error(builder->context->diag, builder->node, WICK_NOT_SUPPORTED, "%s",
                              text);
}
