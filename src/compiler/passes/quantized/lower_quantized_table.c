// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on one integer value, from dequantize to quantize, as a table: each entry
// is what the float operators give, computed by their own kernels. One operator or many: x *
// clamp(x + 3, 0, 6) / 6 is one table. Of 8 bits a table holds every step, of 16 bits every 128th,
// and the operator goes straight from one to the next.
#include "compiler/passes/evaluate.h"
#include "compiler/passes/quantized/lower_quantized.h"
#include "ops/op.h"
#include "ops/quant/quant_elementwise.h"

#include <string.h>

enum { MAX_NODES = 64, MAX_DEPTH = 32 };
enum { ENTRIES = 256, WIDE_ENTRIES = WICK_TABLE_S16_ENTRIES, WIDE_DISTANCE = 128 };

typedef struct cone {
    wick_arena *arena;
    wick_quantized source; // value NULL until met
    int64_t entries;
    // Values met so far, and what they are for each entry; a stand-in of NULL is being looked at.
    const wick_ir_value *values[MAX_NODES];
    wick_ir_value *stand_ins[MAX_NODES];
    uint32_t count;
} cone;

static wick_ir_value *new_value(cone *c, uint8_t dtype, uint32_t rank, const void *data)
{
    wick_ir_value *value = wick_arena_alloc(c->arena, 1, sizeof *value);
    value->name = "table";
    value->kind = WICK_IR_CONSTANT;
    value->type = wick_ir_type_tensor(dtype, rank, &c->entries);
    value->data = data;
    return value;
}

static wick_ir_value *stand_in(cone *c, const wick_ir_value *value, uint32_t depth);

// A tensor argument; false if it is none that a table can have.
static bool substitute(cone *c, wick_ir_arg *arg, uint32_t depth)
{
    wick_ir_value *value = arg->value;
    if (wick_ir_value_is_constant(value)) {
        arg->value = new_value(c, value->type.dtype, 0, value->data);
        return wick_ir_type_count(&value->type) == 1;
    }
    arg->value = stand_in(c, value, depth);
    return arg->value != NULL;
}

static bool substitute_all(cone *c, wick_ir_node *node, uint32_t depth)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        if (node->args[i].kind == WICK_IR_VALUES ||
            (node->args[i].kind == WICK_IR_VALUE && !substitute(c, &node->args[i], depth))) {
            return false;
        }
    }
    return true;
}

// The node on one element for each entry.
static wick_ir_value *evaluate(cone *c, const wick_ir_node *node, uint32_t depth)
{
    wick_ir_node copy = *node;
    copy.args = wick_arena_alloc(c->arena, node->op->parameter_count, sizeof *copy.args);
    memcpy(copy.args, node->args, node->op->parameter_count * sizeof *copy.args);
    if (!substitute_all(c, &copy, depth)) {
        return NULL;
    }
    wick_ir_value *result = new_value(c, node->outputs[0]->type.dtype, 1, NULL);
    copy.outputs = &result;
    return wick_evaluate_node(c->arena, &copy, &result->data) == WICK_OK ? result : NULL;
}

// What the steps of the entries stand for, as dequantize computes it.
static wick_ir_value *list_reals(cone *c)
{
    const bool is_wide = c->source.value->type.dtype == WICK_INT16;
    c->entries = is_wide ? WIDE_ENTRIES : ENTRIES;
    float *reals = wick_arena_alloc(c->arena, (size_t)c->entries, sizeof *reals);
    for (int32_t i = 0; i < c->entries; i++) {
        const int32_t step = is_wide ? (i - WIDE_ENTRIES / 2) * WIDE_DISTANCE : i + INT8_MIN;
        reals[i] = (float)(step - c->source.steps.zero_point) * (float)c->source.steps.scale;
    }
    return new_value(c, WICK_FLOAT32, 1, reals);
}

// dequantize of the one source; each may have steps of its own.
static wick_ir_value *read_source(cone *c, const wick_ir_value *value)
{
    wick_quantized from;
    if (!wick_quantized_read(value, &from) ||
        (c->source.value != NULL && c->source.value != from.value)) {
        return NULL;
    }
    c->source = from;
    return list_reals(c);
}

static wick_ir_value *stand_in(cone *c, const wick_ir_value *value, uint32_t depth)
{
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->values[i] == value) {
            return c->stand_ins[i];
        }
    }
    const wick_ir_node *node = value->kind == WICK_IR_RESULT ? value->producer : NULL;
    if (node == NULL || node->op->row < 0 || node->output_count != 1 || c->count == MAX_NODES ||
        depth == MAX_DEPTH) {
        return NULL;
    }
    const uint32_t at = c->count++;
    c->values[at] = value;
    c->stand_ins[at] = NULL;
    if (wick_is_dequantize(node)) {
        c->stand_ins[at] = read_source(c, value);
    } else if ((node->op->traits & WICK_OP_ELEMENTWISE) != 0) {
        c->stand_ins[at] = evaluate(c, node, depth + 1);
    }
    return c->stand_ins[at];
}

wick_ir_value *wick_lower_elementwise(const wick_builder *builder)
{
    const wick_ir_node *quantize = builder->node;
    const wick_ir_type *out = &quantize->outputs[0]->type;
    const wick_steps steps = wick_steps_of(quantize);
    wick_quantized direct;
    cone c = {.arena = builder->graph->arena};
    if (wick_quantized_read(wick_argument_tensor_at(quantize, 0), &direct)) {
        return wick_lower_rescale(builder, &direct, &steps, out->dtype);
    }
    const wick_ir_value *result = evaluate(&c, quantize, 0);
    if (result == NULL || c.source.value == NULL || c.source.value->type.dtype != out->dtype ||
        !wick_same_sizes(&c.source.value->type, out)) {
        return NULL;
    }
    return wick_build_table(builder, c.source.value, result->data);
}

static wick_ir_value *rescale_by_table(const wick_builder *builder, const wick_quantized *from,
                                       const wick_steps *to)
{
    int8_t *table = wick_arena_alloc(builder->graph->arena, ENTRIES, 1);
    for (int32_t i = 0; i < ENTRIES; i++) {
        const float centered = (float)(i + INT8_MIN - from->steps.zero_point);
        const double step = wick_step_of(to, (double)(centered * (float)from->steps.scale));
        table[i] = (int8_t)(step < to->minimum   ? to->minimum
                            : step > to->maximum ? to->maximum
                                                 : (int32_t)step);
    }
    return wick_build_table(builder, from->value, table);
}

wick_ir_value *wick_lower_rescale(const wick_builder *builder, const wick_quantized *from,
                                  const wick_steps *to, uint8_t dtype)
{
    const uint8_t source = from->value->type.dtype;
    if (source == dtype && wick_steps_equal(&from->steps, to) &&
        to->minimum <= from->steps.minimum && to->maximum >= from->steps.maximum) {
        return from->value;
    }
    if (source == WICK_INT8 && dtype == WICK_INT8) {
        return rescale_by_table(builder, from, to);
    }
    wick_rescale_block *block = wick_arena_alloc(builder->graph->arena, 1, sizeof *block);
    block->zero_point = from->steps.zero_point;
    block->range = (wick_quant_range){to->zero_point, to->minimum, to->maximum};
    if (!wick_scale_rounded_once(from->steps.scale / to->scale, &block->scale)) {
        return NULL;
    }
    wick_ir_type type = from->value->type;
    type.dtype = dtype;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(from->value),
        wick_ir_arg_value(wick_lower_constant(builder, "block", WICK_INT32,
                                              sizeof *block / sizeof(int32_t), block))};
    return wick_build(builder, "wick::rescale", &type, args, 2);
}
