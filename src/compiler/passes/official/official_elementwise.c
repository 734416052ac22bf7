// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic: wick::table_s8, add_s8, mul_s8. Official operands have one shape, or one
// of them has an element for each channel; other broadcasting is written out.
#include "compiler/passes/official/official_operators.h"
#include "ops/quant/quant_elementwise.h"

#include <string.h>

enum { TABLE_SIZE = 256 };

static wick_ir_value *build_table(const wick_builder *builder, wick_ir_value *value,
                                  const int8_t table[TABLE_SIZE])
{
    const int64_t size = TABLE_SIZE;
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 1, &size);
    const wick_ir_arg args[] = {wick_ir_arg_value(value), wick_ir_arg_value(wick_official_constant(
                                                              builder, "lut", &type, table))};
    return wick_build(builder, "cortex_m::quantized_activation", &value->type, args, 2);
}

wick_status wick_official_table(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_ir_node *node = builder->node;
    wick_replace(builder, 0,
                 wick_build(builder, "cortex_m::quantized_activation", &node->outputs[0]->type,
                            node->args, 2));
    return WICK_OK;
}

// Operands of an official operator, and the shape of its result.
typedef struct operands {
    wick_ir_value *a, *b;
    wick_ir_type type;
} operands;

static bool is_per_channel(const wick_ir_value *value, int64_t channels)
{
    const uint32_t rank = value->type.rank;
    return (int64_t)wick_ir_type_count(&value->type) == channels && rank > 0 &&
           value->type.sizes[rank - 1] == channels;
}

// A single element as one for each channel.
static wick_ir_value *repeated(const wick_builder *builder, wick_ir_value *value, int64_t channels)
{
    if (wick_ir_type_count(&value->type) != 1 || channels == 1) {
        return value;
    }
    if (!wick_ir_value_is_constant(value)) {
        return wick_build_expand(builder, wick_build_view(builder, value, 1, (int64_t[]){1}), 1,
                                 &channels);
    }
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 1, &channels);
    uint8_t *data = wick_arena_alloc(builder->graph->arena, (size_t)channels, 1);
    memset(data, value->data[0], (size_t)channels);
    return wick_ir_constant_create(builder->graph, value->name, &type, data);
}

// [.., channels] as image of one column and as many rows as it takes.
static wick_ir_value *column(const wick_builder *builder, wick_ir_value *value, int64_t channels)
{
    const int64_t rows = (int64_t)wick_ir_type_count(&value->type) / channels;
    const int64_t sizes[4] = {1, rows, 1, channels};
    if (wick_ir_value_is_constant(value)) {
        const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 4, sizes);
        value = wick_ir_constant_create(builder->graph, value->name, &type, value->data);
    } else {
        value = wick_build_view(builder, value, 4, sizes);
    }
    return wick_official_image(builder, value);
}

static bool expands_to(const wick_ir_type *from, const wick_ir_type *to)
{
    for (uint32_t i = 0; i < from->rank; i++) {
        const int64_t size = from->sizes[from->rank - 1 - i];
        if (i >= to->rank || (size != 1 && size != to->sizes[to->rank - 1 - i])) {
            return false;
        }
    }
    return true;
}

// False if the operands meet in a way that neither form expresses.
static bool meet(const wick_builder *builder, operands *o)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    const int64_t channels = type->rank == 0 ? 1 : type->sizes[type->rank - 1];
    o->a = wick_argument_tensor_at(builder->node, 0);
    o->b = wick_argument_tensor_at(builder->node, 1);
    o->type = *type;
    if (wick_same_sizes(&o->a->type, type) && wick_same_sizes(&o->b->type, type)) {
        return true;
    }
    if (!expands_to(&o->a->type, type) || !expands_to(&o->b->type, type) || channels == 0) {
        return false;
    }
    o->a = repeated(builder, o->a, channels);
    o->b = repeated(builder, o->b, channels);
    const bool is_a = is_per_channel(o->a, channels) && wick_same_sizes(&o->b->type, type);
    const bool is_b = is_per_channel(o->b, channels) && wick_same_sizes(&o->a->type, type);
    if (is_a || is_b) {
        o->a = column(builder, o->a, channels);
        o->b = column(builder, o->b, channels);
        o->type = is_a ? o->b->type : o->a->type;
        return true;
    }
    o->a = wick_build_expand(builder, o->a, type->rank, type->sizes);
    o->b = wick_build_expand(builder, o->b, type->rank, type->sizes);
    return true;
}

// The official operator of the operands, in the shape of the node.
static wick_ir_value *build_meeting(const wick_builder *builder, const char *op_name,
                                    const operands *o, const wick_ir_arg *args, uint32_t count)
{
    const wick_ir_type *type = &builder->node->outputs[0]->type;
    wick_ir_value *out = wick_build(builder, op_name, &o->type, args, count);
    return wick_same_sizes(&o->type, type) && o->type.dim_order[1] == type->dim_order[1]
               ? out
               : wick_official_from_image(builder, out, type);
}

static uint32_t put_scale(wick_quant_scale scale, wick_ir_arg *args)
{
    args[0] = wick_ir_arg_int(wick_official_scale(scale).multiplier);
    args[1] = wick_ir_arg_int(wick_official_scale(scale).shift);
    return 2;
}

static uint32_t put_operand(wick_ir_value *value, const wick_quant_operand *operand,
                            wick_ir_arg *args)
{
    args[0] = wick_ir_arg_value(value);
    args[1] = wick_ir_arg_int(operand->zero_point);
    return 2 + put_scale(operand->scale, args + 2);
}

enum { SUM_ARGUMENTS = 13 };

static void put_sum(const operands *o, const wick_quant_residual *sum,
                    wick_ir_arg args[SUM_ARGUMENTS])
{
    uint32_t count = put_operand(o->a, &sum->a, args);
    count += put_operand(o->b, &sum->b, args + count);
    args[count++] = wick_ir_arg_int(sum->range.offset);
    count += put_scale(sum->out_scale, args + count);
    args[count++] = wick_ir_arg_int(sum->range.minimum);
    args[count] = wick_ir_arg_int(sum->range.maximum);
}

wick_ir_value *wick_official_sum(const wick_builder *builder, wick_ir_value *a, wick_ir_value *b,
                                 const wick_quant_residual *sum)
{
    wick_ir_arg args[SUM_ARGUMENTS];
    const operands o = {a, b, a->type};
    put_sum(&o, sum, args);
    return wick_build(builder, "cortex_m::quantized_add", &a->type, args, SUM_ARGUMENTS);
}

// -(q - z) is (~q - ~z): a difference is a sum with the complement of its second operand.
static wick_ir_value *complement(const wick_builder *builder, wick_ir_value *value)
{
    int8_t table[TABLE_SIZE];
    for (int32_t q = INT8_MIN; q <= INT8_MAX; q++) {
        table[q - INT8_MIN] = (int8_t)~q;
    }
    return build_table(builder, value, table);
}

wick_status wick_official_add(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_add_s8_block *block =
        (const void *)wick_argument_tensor(builder->node, "block")->data;
    wick_quant_residual sum = block->params.sum;
    wick_ir_arg args[SUM_ARGUMENTS];
    operands o;
    if (!meet(builder, &o)) {
        return wick_official_refuse(official, "its operands meet in an unusual way");
    }
    if (block->params.b_sign < 0) {
        o.b = complement(builder, o.b);
        sum.b.zero_point = ~sum.b.zero_point;
    }
    put_sum(&o, &sum, args);
    wick_replace(builder, 0,
                 build_meeting(builder, "cortex_m::quantized_add", &o, args, SUM_ARGUMENTS));
    return WICK_OK;
}

wick_ir_value *wick_official_clamped(const wick_builder *builder, wick_ir_value *value,
                                     const wick_quant_range *range)
{
    int8_t table[TABLE_SIZE];
    if (range->minimum == INT8_MIN && range->maximum == INT8_MAX) {
        return value;
    }
    const wick_quant_range bounds = {0, range->minimum, range->maximum};
    for (int32_t q = INT8_MIN; q <= INT8_MAX; q++) {
        table[q - INT8_MIN] = wick_quant_narrow(q, &bounds);
    }
    return build_table(builder, value, table);
}

wick_status wick_official_mul(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_mul_s8_block *block =
        (const void *)wick_argument_tensor(builder->node, "block")->data;
    const wick_mul_s8_params *p = &block->params;
    operands o;
    if (!meet(builder, &o)) {
        return wick_official_refuse(official, "its operands meet in an unusual way");
    }
    wick_ir_arg args[7] = {wick_ir_arg_value(o.a), wick_ir_arg_int(p->a_zero_point),
                           wick_ir_arg_value(o.b), wick_ir_arg_int(p->b_zero_point),
                           wick_ir_arg_int(p->range.offset)};
    put_scale(p->scale, args + 5);
    wick_ir_value *out = build_meeting(builder, "cortex_m::quantized_mul", &o, args, 7);
    wick_replace(builder, 0, wick_official_clamped(builder, out, &p->range));
    return WICK_OK;
}
