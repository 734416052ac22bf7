// SPDX-License-Identifier: BSD-3-Clause
// Pass lower_quantized: float operators between dequantize and quantize become operators on int8.
//
// Before  %c = aten::convolution(dequantize(%q), dequantize(%w), %b, ..)    %r = aten::relu(%c)
//         %y = quantize(%r)
// After   %y = permute(wick::conv2d_s8(permute(%q), %w', None, %block))
// Holds   shapes are static, the target has Wick's operators. Images become [batch, height, width,
//         channels] around each operator that wants them so; move_permutes cancels what that costs.
// Keeps   results within the rounding of one requantization; elements that only move keep their
//         bits. What stays float is named in a note, with the reason.
//
// One walk in order of execution. An exact operator changes places with dequantize where it stands;
// any other is lowered at the quantize node behind it. A float result with another reader than
// quantize stays float: it would be computed twice.
#include "compiler/passes/quantized/lower_quantized.h"

#include "compiler/passes/explain.h"
#include "compiler/support/text.h"

#include "compiler/passes/official/official_lacks.h"

#include "base/assert.h"
#include "ops/op.h"

#include <float.h>
#include <math.h>
#include <string.h>

typedef struct lower_row {
    const char *op_name;
    wick_lower *lower;
    bool is_exact;
    bool is_wide; // int16, too
} lower_row;

static const lower_row rows[] = {
#define WICK_LOWER(name, lower)       {name, lower, false, false},
#define WICK_LOWER_WIDE(name, lower)  {name, lower, false, true},
#define WICK_LOWER_EXACT(name, lower) {name, lower, true, true},
#include "compiler/passes/quantized/lower_quantized.def"
#undef WICK_LOWER
#undef WICK_LOWER_WIDE
#undef WICK_LOWER_EXACT
};

enum { MAX_ACTIVATIONS = 4 };

static const char *const no_reason = "no integer operator does it";

static const lower_row *row_of(const wick_ir_node *node, bool is_exact)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].is_exact == is_exact && wick_node_is(node, rows[i].op_name)) {
            return &rows[i];
        }
    }
    return NULL;
}

bool wick_lower_takes_16_bits(const wick_ir_node *node)
{
    const lower_row *row = row_of(node, false);
    return row != NULL
               ? row->is_wide
               : row_of(node, true) != NULL || (node->op->traits & WICK_OP_ELEMENTWISE) != 0;
}

static bool is_activation(const wick_ir_node *node)
{
    return wick_node_is(node, "aten::relu") || wick_node_is(node, "aten::hardtanh") ||
           wick_node_is(node, "aten::clamp");
}

static bool are_tensors_static(const wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->output_count; i++) {
        if (!wick_ir_type_is_static(&node->outputs[i]->type) ||
            !wick_ir_type_fits(&node->outputs[i]->type)) {
            return false;
        }
    }
    return node->output_count > 0;
}

// Reasons by node, in order to tell the user at the end.
typedef struct walk {
    const wick_pass_context *context;
    wick_ir_graph *graph;
    wick_map *reasons; // by the name of the first result
} walk;

static void record(const walk *w, const wick_ir_node *node, const char *reason)
{
    wick_map_put(w->reasons, node->outputs[0]->name, (void *)(uintptr_t)reason);
}

// value->index counts the readers that want the float: all but quantize, and but an activation
// whose own result has no such reader.
static void count_slot(void *context, wick_ir_value **slot)
{
    (void)context;
    (*slot)->index++;
}

static void count_float_readers(wick_ir_graph *graph)
{
    for (wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        value->index = 0;
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        graph->outputs[i]->index++;
    }
    for (wick_ir_node *node = graph->last; node != NULL; node = node->previous) {
        if (!wick_is_quantize(node) && !(is_activation(node) && node->outputs[0]->index == 0)) {
            wick_ir_node_each_value(node, count_slot, NULL);
        }
    }
}

// Bounds of relu, hardtanh and clamp.
static bool activation_bounds(const wick_ir_node *node, double *low, double *high)
{
    const bool is_clamp = wick_node_is(node, "aten::clamp");
    const wick_ir_arg *minimum = wick_argument(node, is_clamp ? "min" : "min_val");
    const wick_ir_arg *maximum = wick_argument(node, is_clamp ? "max" : "max_val");
    *low = -HUGE_VAL;
    *high = HUGE_VAL;
    if (wick_node_is(node, "aten::relu")) {
        *low = 0;
        return true;
    }
    const bool has_low = wick_argument_number(minimum, low);
    const bool has_high = wick_argument_number(maximum, high);
    return (has_low || minimum->kind == WICK_IR_NONE) &&
           (has_high || maximum->kind == WICK_IR_NONE) && !isnan(*low) && !isnan(*high);
}

static int32_t bounded_step(const wick_steps *steps, double real)
{
    const double step = wick_step_of(steps, real);
    return step <= steps->minimum   ? steps->minimum
           : step >= steps->maximum ? steps->maximum
                                    : (int32_t)step;
}

static void narrow_range(wick_lowering *lowering, double low, double high)
{
    const int32_t minimum = bounded_step(&lowering->out, low);
    const int32_t maximum = bounded_step(&lowering->out, high);
    wick_quant_range *range = &lowering->range;
    range->minimum = minimum > range->minimum ? minimum : range->minimum;
    range->maximum = maximum < range->maximum ? maximum : range->maximum;
    range->minimum = range->minimum < range->maximum ? range->minimum : range->maximum;
}

// Steps over the activations before a quantize node and narrows its range; gives the operator. The
// innermost one is nearest to it, so that the order of the bounds does not matter but where they
// exclude each other: then the outermost rules, and the range has one step.
static wick_ir_node *fused_operator(wick_lowering *lowering, wick_ir_node *quantize)
{
    wick_ir_value *value = wick_argument_tensor_at(quantize, 0);
    for (uint32_t i = 0; i < MAX_ACTIVATIONS && value != NULL && value->kind == WICK_IR_RESULT &&
                         value->index == 0 && is_activation(value->producer);
         i++) {
        double low;
        double high;
        wick_ir_value *input = wick_argument_tensor_at(value->producer, 0);
        if (input == NULL || !activation_bounds(value->producer, &low, &high)) {
            break;
        }
        narrow_range(lowering, low, high);
        value = input;
    }
    return value != NULL && value->kind == WICK_IR_RESULT ? value->producer : NULL;
}

// What the official operators lack stays float where a program shall have no others.
static wick_ir_value *lower_by(const walk *w, const lower_row *row, wick_lowering *lowering)
{
    const char *lacking =
        w->context->official_operators ? wick_official_lacks(lowering->builder.node) : NULL;
    return lacking != NULL ? wick_lower_refuse(lowering, lacking) : row->lower(lowering);
}

static wick_ir_value *lower_operator(const walk *w, wick_ir_node *quantize)
{
    wick_lowering lowering = {
        .builder = {w->context, w->graph, NULL, quantize, NULL},
        .out = wick_steps_of(quantize),
        .dtype = quantize->outputs[0]->type.dtype,
        .reason = no_reason,
    };
    lowering.range =
        (wick_quant_range){lowering.out.zero_point, lowering.out.minimum, lowering.out.maximum};
    wick_ir_node *node = fused_operator(&lowering, quantize);
    const lower_row *row = node != NULL ? row_of(node, false) : NULL;
    if (node == NULL || wick_is_dequantize(node)) {
        return NULL;
    }
    if (row == NULL && row_of(node, true) != NULL) {
        return NULL; // tried where it stands, and the reason is known
    }
    if (row == NULL || !are_tensors_static(node)) {
        record(w, node, row == NULL ? no_reason : "its shape is dynamic");
        return NULL;
    }
    if (lowering.dtype == WICK_INT16 && !row->is_wide) {
        record(w, node, "no integer operator of 16 bits does it");
        return NULL;
    }
    if (node->outputs[0]->index != 0) {
        record(w, node, "its result is read as float, too");
        return NULL;
    }
    lowering.builder.node = node;
    wick_ir_value *result = lower_by(w, row, &lowering);
    if (result == NULL) {
        record(w, node, lowering.reason);
    }
    return result;
}

static void lower_at_quantize(const walk *w, wick_ir_node *quantize)
{
    wick_builder builder = {w->context, w->graph, quantize, quantize, NULL};
    wick_ir_value *result = are_tensors_static(quantize) ? wick_lower_elementwise(&builder) : NULL;
    if (result == NULL) {
        result = lower_operator(w, quantize);
    }
    if (result != NULL) {
        wick_replace(&builder, 0, result);
    }
}

static wick_ir_value *build_dequantize(const wick_builder *builder, wick_ir_value *value,
                                       const wick_steps *steps)
{
    wick_ir_type type = value->type;
    type.dtype = WICK_FLOAT32;
    const wick_ir_arg args[] = {
        wick_ir_arg_value(value),           wick_ir_arg_real(steps->scale),
        wick_ir_arg_int(steps->zero_point), wick_ir_arg_int(steps->minimum),
        wick_ir_arg_int(steps->maximum),    {.kind = WICK_IR_DTYPE, .integer = value->type.dtype},
    };
    return wick_build(builder, "quantized_decomposed::dequantize_per_tensor", &type, args, 6);
}

// op(dequantize(q)) becomes dequantize(op(q)).
static void lower_exact(const walk *w, const lower_row *row, wick_ir_node *node)
{
    wick_lowering lowering = {.builder = {w->context, w->graph, node, node, NULL},
                              .reason = no_reason};
    wick_ir_value *value = are_tensors_static(node) ? lower_by(w, row, &lowering) : NULL;
    if (value == NULL) {
        record(w, node, lowering.reason);
        return;
    }
    if (!wick_is_step_dtype(value->type.dtype)) {
        wick_replace(&lowering.builder, 0, value);
        return;
    }
    wick_ir_value *reals = build_dequantize(&lowering.builder, value, &lowering.out);
    reals->index = node->outputs[0]->index;
    wick_replace(&lowering.builder, 0, reals);
}

static bool is_float_tensor(const wick_ir_value *value)
{
    return value->type.kind == WICK_VALUE_TENSOR && wick_dtype_is_float(value->type.dtype);
}

static void find_float(void *context, wick_ir_value **slot)
{
    bool *found = context;
    *found = *found || is_float_tensor(*slot);
}

// A node that computes with floats: neither a door, nor a weight that dequantize brings, nor a copy
// to another order in memory.
static bool computes_float(wick_ir_node *node)
{
    bool found = false;
    wick_ir_node_each_value(node, find_float, &found);
    return found && strncmp(node->op->name, "dim_order_ops::", 15) != 0 &&
           !wick_is_quantize(node) && !wick_is_dequantize(node) &&
           strncmp(node->op->name, "quantized_decomposed::", 22) != 0;
}

// Told in the messages and in the report.
static void tell_float(const walk *w, const wick_ir_node *node, const char *reason)
{
    const char *where = wick_ir_node_where(w->graph->arena, node);
    wick_diag_note(w->context->diag, WICK_NOTE, where, "stays float: %s", reason);
    wick_explain_left(w->context, w->graph, node, "stays float: %s", reason);
    if (w->context->remarks != NULL) {
        wick_text_format(w->context->remarks, "%s stays float: %s\n", where, reason);
    }
}

static void report_float(const walk *w)
{
    for (wick_ir_node *node = w->graph->first; node != NULL; node = node->next) {
        if (computes_float(node) && node->output_count > 0) {
            const char *reason = wick_map_get(w->reasons, node->outputs[0]->name);
            tell_float(w, node,
                       reason != NULL ? reason
                                      : "no quantize follows it, or its operands are float");
        }
    }
}

static bool is_quantized(const wick_ir_graph *graph)
{
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        if (wick_is_dequantize(node)) {
            return true;
        }
    }
    return false;
}

static void lower_node(const walk *w, wick_ir_node *node)
{
    const lower_row *row = row_of(node, true);
    const wick_builder builder = {w->context, w->graph, node, node, NULL};
    if (wick_is_quantize(node)) {
        lower_at_quantize(w, node);
    } else if (wick_lower_weight_permute(&builder)) {
        return;
    } else if (row != NULL) {
        lower_exact(w, row, node);
    }
}

wick_status wick_pass_lower_quantized(const wick_pass_context *context, wick_ir_graph *graph)
{
    WICK_TRY(wick_quantized_check(context, graph));
    if (!is_quantized(graph)) {
        return WICK_OK;
    }
    if (context->target->portable_operators) {
        wick_diag_note(context->diag, WICK_WARNING, context->target->name,
                       "has no integer operators: quantized layers are computed in float between "
                       "quantize and dequantize; choose the target 'wick' or a core, such as "
                       "cortex-m55");
        return WICK_OK;
    }
    const walk w = {context, graph, wick_map_create(graph->arena)};
    count_float_readers(graph);
    for (wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        lower_node(&w, node);
    }
    WICK_TRY(wick_pass_eliminate_dead(context, graph));
    report_float(&w);
    return WICK_OK;
}
