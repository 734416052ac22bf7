// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on two activations: sum, difference, product, quotient, minimum, maximum.
#include "compiler/passes/quantized/lower_quantized.h"
#include "compiler/passes/quantized/quant_loops.h"
#include "compiler/quant_blocks/scale.h"
#include "ops/quant/quant_elementwise.h"

#include <math.h>
#include <string.h>

static const char *const not_quantized = "an operand is not quantized to int8 per tensor";
static const char *const no_scale = "its scales differ by more than 32 bits can express";

typedef struct pair {
    wick_quantized a, b;
} pair;

static wick_quant_params params_of(const wick_steps *steps)
{
    return (wick_quant_params){steps->scale, steps->zero_point};
}

// Whether a tensor broadcasts to the shape of the result.
static bool broadcasts(const wick_ir_type *type, const wick_ir_type *out)
{
    if (type->rank > out->rank) {
        return false;
    }
    for (uint32_t i = 0; i < type->rank; i++) {
        const int64_t size = out->sizes[out->rank - type->rank + i];
        if (type->sizes[i] != 1 && type->sizes[i] != size) {
            return false;
        }
    }
    return wick_ir_type_count(out) <= INT32_MAX;
}

static bool read_pair(const wick_ir_node *node, pair *out)
{
    const wick_ir_type *type = &node->outputs[0]->type;
    return wick_quantized_read(wick_argument_tensor_at(node, 0), &out->a) &&
           wick_quantized_read(wick_argument_tensor_at(node, 1), &out->b) &&
           out->a.value->type.dtype == out->b.value->type.dtype &&
           broadcasts(&out->a.value->type, type) && broadcasts(&out->b.value->type, type);
}

static wick_ir_value *build_pair(const wick_lowering *lowering, const char *op_name, const pair *p,
                                 wick_ir_value *block)
{
    wick_ir_type type = lowering->builder.node->outputs[0]->type;
    type.dtype = p->a.value->type.dtype;
    const wick_ir_arg args[] = {wick_ir_arg_value(p->a.value), wick_ir_arg_value(p->b.value),
                                block != NULL ? wick_ir_arg_value(block) : wick_ir_arg_none()};
    return wick_build(&lowering->builder, op_name, &type, args, block != NULL ? 3 : 2);
}

static wick_ir_value *build_block(const wick_lowering *lowering, const pair *p, const void *head,
                                  size_t head_bytes)
{
    const wick_ir_type *types[] = {&p->a.value->type, &p->b.value->type,
                                   &lowering->builder.node->outputs[0]->type};
    return wick_build_loops_block(&lowering->builder, head, head_bytes, types);
}

// Whether operands and result have one width, and zero points of 0 where that is 16 bits.
static bool has_one_width(wick_lowering *lowering, const pair *p)
{
    const bool is_wide = lowering->dtype == WICK_INT16;
    if (p->a.value->type.dtype != lowering->dtype) {
        lowering->reason = "its operands and its result differ in width";
        return false;
    }
    if (is_wide && (p->a.steps.zero_point != 0 || p->b.steps.zero_point != 0)) {
        lowering->reason = "operands of 16 bits have zero points";
        return false;
    }
    return true;
}

// Sum with the second operand times `factor`.
static wick_ir_value *lower_sum(wick_lowering *lowering, double factor)
{
    pair p;
    double alpha = 1;
    const wick_ir_node *node = lowering->builder.node;
    wick_add_s8_block head = {0};
    if (!read_pair(node, &p)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    if (!has_one_width(lowering, &p)) {
        return NULL;
    }
    const bool is_wide = lowering->dtype == WICK_INT16;
    wick_argument_number(wick_argument(node, "alpha"), &alpha);
    const wick_quant_params a = params_of(&p.a.steps);
    const wick_quant_params b = {p.b.steps.scale * fabs(alpha * factor), p.b.steps.zero_point};
    const wick_quant_params out = params_of(&lowering->out);
    if (!(is_wide ? wick_quant_residual_s16_from_real(a.scale, b.scale, &out, &head.params.sum)
                  : wick_quant_residual_from_real(&a, &b, &out, &head.params.sum))) {
        return wick_lower_refuse(lowering, no_scale);
    }
    head.params.sum.range = lowering->range;
    head.params.b_sign = alpha * factor < 0 ? -1 : 1;
    return build_pair(lowering, is_wide ? "wick::add_s16" : "wick::add_s8", &p,
                      build_block(lowering, &p, &head, sizeof head));
}

wick_ir_value *wick_lower_add(wick_lowering *lowering)
{
    return lower_sum(lowering, 1);
}

wick_ir_value *wick_lower_sub(wick_lowering *lowering)
{
    return lower_sum(lowering, -1);
}

typedef bool scale_rule(double a, double b, double out, wick_quant_scale *scale);

static wick_ir_value *lower_product(wick_lowering *lowering, const char *op_name, scale_rule *rule)
{
    pair p;
    wick_mul_s8_block head = {0};
    if (!read_pair(lowering->builder.node, &p)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    if (!has_one_width(lowering, &p)) {
        return NULL;
    }
    if (!rule(p.a.steps.scale, p.b.steps.scale, lowering->out.scale, &head.params.scale)) {
        return wick_lower_refuse(lowering, no_scale);
    }
    head.params.a_zero_point = p.a.steps.zero_point;
    head.params.b_zero_point = p.b.steps.zero_point;
    head.params.range = lowering->range;
    return build_pair(lowering, op_name, &p, build_block(lowering, &p, &head, sizeof head));
}

wick_ir_value *wick_lower_mul(wick_lowering *lowering)
{
    return lower_product(lowering, lowering->dtype == WICK_INT16 ? "wick::mul_s16" : "wick::mul_s8",
                         wick_quant_product_scale);
}

wick_ir_value *wick_lower_div(wick_lowering *lowering)
{
    return lower_product(lowering, "wick::div_s8", wick_quant_quotient_scale);
}

// Steps of one kind compare as the numbers they stand for.
wick_ir_value *wick_lower_equal_extremum(wick_lowering *lowering)
{
    pair p;
    const wick_ir_node *node = lowering->builder.node;
    if (!read_pair(node, &p)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    if (!wick_steps_equal(&p.a.steps, &p.b.steps)) {
        return wick_lower_refuse(lowering, "its operands have different scales and no quantize "
                                           "follows it");
    }
    lowering->out = p.a.steps;
    return build_pair(lowering, node->op->name, &p, NULL);
}

// Rounding to steps keeps the order, so that it may come first.
wick_ir_value *wick_lower_extremum(wick_lowering *lowering)
{
    pair p;
    const wick_ir_node *node = lowering->builder.node;
    if (!read_pair(node, &p) || p.a.value->type.dtype != WICK_INT8) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    const wick_steps bounded = {lowering->out.scale, lowering->out.zero_point,
                                lowering->range.minimum, lowering->range.maximum};
    p.a.value = wick_lower_rescale(&lowering->builder, &p.a, &bounded, WICK_INT8);
    p.b.value = wick_lower_rescale(&lowering->builder, &p.b, &bounded, WICK_INT8);
    return build_pair(lowering, node->op->name, &p, NULL);
}
