// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on one int8 value, from dequantize to quantize, as a table of 256 entries:
// each entry is what the float operators give, computed by their own kernels. One operator or many:
// x * clamp(x + 3, 0, 6) / 6 is one table.
#include "compiler/passes/lower_quantized.h"
#include "ops/op.h"

#include "compiler/passes/evaluate.h"

#include <string.h>

enum { TABLE_SIZE = 256, MAX_NODES = 64, MAX_DEPTH = 32 };

typedef struct cone {
    wick_arena *arena;
    wick_ir_value *source; // int8; NULL until met
    // Values met so far, and what they are for the 256 steps; a stand-in of NULL is being looked
    // at.
    const wick_ir_value *values[MAX_NODES];
    wick_ir_value *stand_ins[MAX_NODES];
    uint32_t count;
} cone;

static wick_ir_value *new_value(cone *c, uint8_t dtype, uint32_t rank, const void *data)
{
    const int64_t size = TABLE_SIZE;
    wick_ir_value *value = wick_arena_alloc(c->arena, 1, sizeof *value);
    value->name = "table";
    value->kind = WICK_IR_CONSTANT;
    value->type = wick_ir_type_tensor(dtype, rank, &size);
    value->data = data;
    return value;
}

static wick_ir_value *all_steps(cone *c)
{
    int8_t *steps = wick_arena_alloc(c->arena, TABLE_SIZE, 1);
    for (int32_t i = 0; i < TABLE_SIZE; i++) {
        steps[i] = (int8_t)(i + INT8_MIN);
    }
    return new_value(c, WICK_INT8, 1, steps);
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

// The node on 256 elements.
static wick_ir_value *evaluate(cone *c, const wick_ir_node *node, uint32_t depth)
{
    wick_ir_node copy = *node;
    wick_ir_value *result = new_value(c, node->outputs[0]->type.dtype, 1, NULL);
    copy.outputs = &result;
    copy.args = wick_arena_alloc(c->arena, node->op->parameter_count, sizeof *copy.args);
    memcpy(copy.args, node->args, node->op->parameter_count * sizeof *copy.args);
    if (!substitute_all(c, &copy, depth)) {
        return NULL;
    }
    return wick_evaluate_node(c->arena, &copy, &result->data) == WICK_OK ? result : NULL;
}

// dequantize of the one source.
static wick_ir_value *evaluate_source(cone *c, const wick_ir_node *node)
{
    wick_quantized from;
    if (!wick_quantized_read(node->outputs[0], &from) ||
        (c->source != NULL && c->source != from.value)) {
        return NULL;
    }
    wick_ir_node copy = *node;
    wick_ir_value *result = new_value(c, WICK_FLOAT32, 1, NULL);
    copy.outputs = &result;
    copy.args = wick_arena_alloc(c->arena, node->op->parameter_count, sizeof *copy.args);
    memcpy(copy.args, node->args, node->op->parameter_count * sizeof *copy.args);
    copy.args[0] = wick_ir_arg_value(all_steps(c));
    c->source = from.value;
    return wick_evaluate_node(c->arena, &copy, &result->data) == WICK_OK ? result : NULL;
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
        c->stand_ins[at] = evaluate_source(c, node);
    } else if ((node->op->traits & WICK_OP_ELEMENTWISE) != 0) {
        c->stand_ins[at] = evaluate(c, node, depth + 1);
    }
    return c->stand_ins[at];
}

const int8_t *wick_lower_table(wick_arena *arena, const wick_ir_node *to, wick_ir_value **source)
{
    cone c = {.arena = arena};
    const wick_ir_value *result = evaluate(&c, to, 0);
    if (result == NULL || c.source == NULL ||
        !wick_same_sizes(&c.source->type, &to->outputs[0]->type)) {
        return NULL;
    }
    *source = c.source;
    return (const int8_t *)result->data;
}

wick_ir_value *wick_lower_rescale(const wick_builder *builder, const wick_quantized *from,
                                  const wick_steps *to)
{
    if (wick_steps_equal(&from->steps, to) && to->minimum <= from->steps.minimum &&
        to->maximum >= from->steps.maximum) {
        return from->value;
    }
    int8_t *table = wick_arena_alloc(builder->graph->arena, TABLE_SIZE, 1);
    for (int32_t i = 0; i < TABLE_SIZE; i++) {
        const float centered = (float)(i + INT8_MIN - from->steps.zero_point);
        const double step = wick_step_of(to, (double)(centered * (float)from->steps.scale));
        table[i] = (int8_t)(step < to->minimum   ? to->minimum
                            : step > to->maximum ? to->maximum
                                                 : (int32_t)step);
    }
    return wick_build_table(builder, from->value, table);
}
