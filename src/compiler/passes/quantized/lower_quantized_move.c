// SPDX-License-Identifier: BSD-3-Clause
// Operators that move elements or choose among them, on int8: the steps of the result are those of
// the operand. cat, whose operands may have different ones.
#include "compiler/passes/evaluate.h"
#include "compiler/passes/quantized/lower_quantized.h"

#include <math.h>
#include <string.h>

static const char *const not_quantized = "an operand is not quantized";

// The node on int8, its first tensor argument replaced.
static wick_ir_value *copy_on_steps(const wick_builder *builder, uint8_t dtype, wick_ir_arg operand)
{
    const wick_ir_node *node = builder->node;
    wick_ir_type type = node->outputs[0]->type;
    type.dtype = dtype;
    wick_ir_node *copy =
        wick_build_node(builder, node->op->name, &type, node->args, node->op->parameter_count);
    copy->args[0] = operand;
    return copy->outputs[0];
}

wick_ir_value *wick_lower_move(wick_lowering *lowering)
{
    wick_quantized from;
    const wick_ir_node *node = lowering->builder.node;
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &from)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    lowering->out = from.steps;
    return copy_on_steps(&lowering->builder, from.value->type.dtype, wick_ir_arg_value(from.value));
}

// argmax: which step is largest, as the real it stands for is.
wick_ir_value *wick_lower_choice(wick_lowering *lowering)
{
    wick_quantized from;
    const wick_ir_node *node = lowering->builder.node;
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &from)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    wick_ir_node *copy =
        wick_build_node(&lowering->builder, node->op->name, &node->outputs[0]->type, node->args,
                        node->op->parameter_count);
    copy->args[0] = wick_ir_arg_value(from.value);
    return copy->outputs[0];
}

// The bytes of a constant, permuted.
static wick_ir_value *permute_constant(const wick_builder *builder, wick_ir_value *constant,
                                       const int64_t *dims)
{
    const uint8_t *data;
    wick_ir_value *permuted = wick_build_permute(builder, constant, dims);
    if (permuted == constant) {
        return constant;
    }
    const wick_status status = wick_evaluate_node(builder->graph->arena, permuted->producer, &data);
    wick_ir_node_remove(builder->graph, permuted->producer);
    return status == WICK_OK
               ? wick_ir_constant_create(builder->graph, constant->name, &permuted->type, data)
               : NULL;
}

bool wick_lower_weight_permute(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_quantized_weight weight;
    int64_t dims[WICK_MAX_RANK];
    wick_ir_value *reals = wick_argument_tensor_at(node, 0);
    if (!wick_node_is(node, "aten::permute_copy") || !wick_quantized_weight_read(reals, &weight) ||
        weight.scales == NULL || weight.value->type.rank != type->rank ||
        !wick_argument_dims(node, type->rank, dims)) {
        return false;
    }
    wick_ir_value *permuted =
        permute_constant(builder, wick_argument_tensor_at(reals->producer, 0), dims);
    if (permuted == NULL) {
        return false;
    }
    wick_ir_node *copy =
        wick_build_node(builder, reals->producer->op->name, type, reals->producer->args,
                        reals->producer->op->parameter_count);
    for (uint32_t i = 0; i < type->rank; i++) {
        if (dims[i] == weight.axis) {
            copy->args[wick_ir_op_parameter(copy->op, "axis")] = wick_ir_arg_int(i);
        }
    }
    copy->args[0] = wick_ir_arg_value(permuted);
    wick_replace(builder, 0, copy->outputs[0]);
    return true;
}

// A pad whose value is a step.
wick_ir_value *wick_lower_pad(wick_lowering *lowering)
{
    wick_quantized from;
    double real = 0;
    const wick_ir_node *node = lowering->builder.node;
    wick_argument_number(wick_argument(node, "value"), &real);
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &from)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    const double step = real == 0 ? from.steps.zero_point : wick_step_of(&from.steps, real);
    const double back = (step - from.steps.zero_point) * from.steps.scale;
    if (!(step >= from.steps.minimum && step <= from.steps.maximum) ||
        fabs(back - real) > 1e-6 * fabs(real)) {
        return wick_lower_refuse(lowering, "the value of the padding is no step of its operand");
    }
    lowering->out = from.steps;
    wick_ir_value *padded =
        copy_on_steps(&lowering->builder, from.value->type.dtype, wick_ir_arg_value(from.value));
    padded->producer->args[wick_ir_op_parameter(node->op, "value")] =
        wick_ir_arg_int((int64_t)step);
    return padded;
}

// The operands of cat; NULL if one is not quantized.
static wick_quantized *read_parts(wick_lowering *lowering, uint32_t *count)
{
    const wick_ir_arg *list = wick_argument(lowering->builder.node, "tensors");
    wick_quantized *parts =
        wick_arena_alloc(lowering->builder.graph->arena, list->count, sizeof *parts);
    *count = list->kind == WICK_IR_VALUES ? list->count : 0;
    for (uint32_t i = 0; i < *count; i++) {
        if (list->list.values[i] == NULL || !wick_quantized_read(list->list.values[i], &parts[i])) {
            return NULL;
        }
    }
    return *count > 0 ? parts : NULL;
}

static wick_ir_value *build_cat(wick_lowering *lowering, const wick_quantized *parts,
                                uint32_t count)
{
    wick_ir_value **values =
        wick_arena_alloc(lowering->builder.graph->arena, count, sizeof(wick_ir_value *));
    for (uint32_t i = 0; i < count; i++) {
        values[i] =
            wick_lower_rescale(&lowering->builder, &parts[i], &lowering->out, lowering->dtype);
        if (values[i] == NULL) {
            return wick_lower_refuse(lowering,
                                     "its scales differ by more than 32 bits can express");
        }
    }
    const wick_ir_arg list = {.kind = WICK_IR_VALUES, .count = count, .list = {.values = values}};
    return copy_on_steps(&lowering->builder, lowering->dtype, list);
}

wick_ir_value *wick_lower_equal_cat(wick_lowering *lowering)
{
    uint32_t count;
    const wick_quantized *parts = read_parts(lowering, &count);
    if (parts == NULL) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    for (uint32_t i = 1; i < count; i++) {
        if (!wick_steps_equal(&parts[i].steps, &parts[0].steps) ||
            parts[i].value->type.dtype != parts[0].value->type.dtype) {
            return wick_lower_refuse(lowering, "its operands have different scales and no "
                                               "quantize follows it");
        }
    }
    lowering->out = parts[0].steps;
    lowering->dtype = parts[0].value->type.dtype;
    return build_cat(lowering, parts, count);
}

// A cat has no bounds of its own.
static wick_ir_value *build_bounds(wick_lowering *lowering, wick_ir_value *value)
{
    const wick_quant_range *range = &lowering->range;
    if (lowering->dtype == WICK_INT16) {
        const wick_quantized all = {value, lowering->out};
        const wick_steps bounded = {lowering->out.scale, lowering->out.zero_point, range->minimum,
                                    range->maximum};
        return wick_lower_rescale(&lowering->builder, &all, &bounded, WICK_INT16);
    }
    int8_t *table = wick_arena_alloc(lowering->builder.graph->arena, 256, 1);
    for (int32_t i = 0; i < 256; i++) {
        const int32_t step = i + INT8_MIN;
        table[i] = (int8_t)(step < range->minimum   ? range->minimum
                            : step > range->maximum ? range->maximum
                                                    : step);
    }
    return wick_build_table(&lowering->builder, value, table);
}

wick_ir_value *wick_lower_cat(wick_lowering *lowering)
{
    uint32_t count;
    const wick_quantized *parts = read_parts(lowering, &count);
    if (parts == NULL) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    wick_ir_value *joined = build_cat(lowering, parts, count);
    return joined != NULL ? build_bounds(lowering, joined) : NULL;
}
