// SPDX-License-Identifier: BSD-3-Clause
// Pass decompose: rewrites composites (composite.def), rows in a form that their operators do not
// take (row_forms.def), and rows that the target lacks (portable.def), until none is left.
//
// Before  %y = aten::conv2d(%x, %w, %b)
// After   %y = aten::convolution(%x, %w, %b, [1, 1], [0, 0], [1, 1], false, [0, 0], 1)
#include "compiler/passes/decompose/decompose.h"

#include "compiler/ir/control.h"

#include <string.h>

// A rewrite gives at most a few nodes nearer to the rows; this many for each node of the archive is
// a cycle.
enum { REWRITES_PER_NODE = 256 };

static const wick_composite composites[] = {
#define WICK_COMPOSITE(id, name, schema, rewrite, detail) {name, rewrite, detail},
#include "compiler/ir/composite.def"
#undef WICK_COMPOSITE
};

typedef struct conditional {
    wick_composite row;
    bool (*applies)(const wick_ir_node *node);
} conditional;

static const conditional portables[] = {
#define WICK_PORTABLE(name, applies, rewrite) {{name, rewrite, NULL}, applies},
#include "compiler/passes/portable.def"
#undef WICK_PORTABLE
};

static const conditional forms[] = {
#define WICK_ROW_FORM(name, applies, rewrite) {{name, rewrite, NULL}, applies},
#include "compiler/passes/row_forms.def"
#undef WICK_ROW_FORM
};

const wick_composite *wick_composite_find(const wick_ir_op *op)
{
    for (size_t i = 0; op->row < 0 && i < sizeof composites / sizeof composites[0]; i++) {
        if (strcmp(composites[i].name, op->name) == 0) {
            return &composites[i];
        }
    }
    return NULL;
}

static const wick_composite *find_conditional(const wick_ir_node *node, const conditional *table,
                                              size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (wick_node_is(node, table[i].row.name) && table[i].applies(node)) {
            return &table[i].row;
        }
    }
    return NULL;
}

// The rewrite that a row of ops.def needs all the same: in this form, or for this target.
static const wick_composite *find_rewrite_of_row(const wick_builder *builder)
{
    const wick_composite *row =
        find_conditional(builder->node, forms, sizeof forms / sizeof forms[0]);
    if (row != NULL || !builder->context->target->portable_operators) {
        return row;
    }
    return find_conditional(builder->node, portables, sizeof portables / sizeof portables[0]);
}

bool wick_applies_always(const wick_ir_node *node)
{
    (void)node;
    return true;
}

// aten::add.Tensor(x, 1): the number becomes the operator's Scalar overload where there is one,
// else a 0-dim tensor.
static const wick_ir_op *scalar_overload(const wick_builder *builder)
{
    const char *name = builder->node->op->name;
    const char *overload = strstr(name, ".Tensor");
    if (overload == NULL) {
        return NULL;
    }
    return wick_ir_op_find(wick_arena_format(builder->graph->arena, "%.*s.Scalar%s",
                                             (int)(overload - name), name,
                                             overload + strlen(".Tensor")));
}

static bool is_number(const wick_ir_arg *arg)
{
    return arg->kind == WICK_IR_INT || arg->kind == WICK_IR_REAL || arg->kind == WICK_IR_BOOL ||
           (arg->kind == WICK_IR_VALUE && arg->value->type.kind != WICK_VALUE_TENSOR);
}

static void rewrite_number(const wick_builder *builder, uint32_t index)
{
    wick_ir_node *node = builder->node;
    const wick_ir_op *scalar = index == 1 ? scalar_overload(builder) : NULL;
    const wick_ir_op *op = scalar != NULL ? scalar : node->op;
    const wick_ir_type *type = &node->outputs[0]->type;
    wick_ir_arg number = node->args[index];
    if (scalar == NULL) {
        const wick_ir_type point = wick_ir_type_tensor(type->dtype, 0, NULL);
        const wick_ir_arg args[] = {wick_ir_arg_ints(builder->graph, NULL, 0), number};
        number = wick_ir_arg_value(wick_build(builder, "aten::full", &point, args, 2));
    }
    wick_ir_node *made = wick_build_node(builder, op->name, type, NULL, 0);
    for (uint32_t i = 0; i < op->parameter_count; i++) {
        const wick_ir_arg *same = wick_argument(node, op->parameters[i].name);
        made->args[i] = i == index ? number : same != NULL ? *same : made->args[i];
    }
    wick_replace(builder, 0, made->outputs[0]);
}

// Rewrites a number that stands for a tensor; gives whether there was one. A condition may be one.
static bool rewrite_numbers(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    const uint32_t count = wick_control_of(node->op) == NULL ? node->op->parameter_count : 0;
    for (uint32_t i = 0; i < count && node->output_count == 1; i++) {
        if (strcmp(node->op->parameters[i].type, "Tensor") == 0 && is_number(&node->args[i])) {
            rewrite_number(builder, i);
            return true;
        }
    }
    return false;
}

// A number or a symbol where a rewrite reads a tensor.
static wick_status check_tensors(const wick_builder *builder)
{
    const wick_ir_node *node = builder->node;
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_value *value = wick_argument_tensor_at(node, i);
        if (strcmp(node->op->parameters[i].type, "Tensor") == 0 &&
            (value == NULL || value->type.kind != WICK_VALUE_TENSOR)) {
            return wick_ir_node_error(builder->context->diag, node, WICK_NOT_SUPPORTED,
                                      "argument '%s' is no tensor", node->op->parameters[i].name);
        }
    }
    return WICK_OK;
}

// Sets *changed when the node's results have been replaced, so that it can go.
static wick_status rewrite_node(wick_builder *builder, bool *changed)
{
    const wick_ir_node *node = builder->node;
    const wick_composite *row = wick_complex_form(node);
    if (row == NULL) {
        row = wick_composite_find(node->op);
    }
    if (row == NULL) {
        row = find_rewrite_of_row(builder);
    }
    *changed = rewrite_numbers(builder);
    if (*changed || row == NULL) {
        return WICK_OK;
    }
    *changed = true;
    builder->detail = row->detail;
    WICK_TRY(check_tensors(builder));
    return row->rewrite(builder);
}

static uint64_t count_nodes(const wick_ir_graph *graph)
{
    uint64_t count = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        count++;
    }
    return count;
}

wick_status wick_pass_decompose(const wick_pass_context *context, wick_ir_graph *graph)
{
    uint64_t budget = count_nodes(graph) * REWRITES_PER_NODE;
    wick_ir_node *node = graph->first;
    while (node != NULL) {
        wick_builder builder = {context, graph, node, node, NULL};
        const wick_ir_node *before = node->previous;
        bool changed = false;
        WICK_TRY(rewrite_node(&builder, &changed));
        if (!changed) {
            node = node->next;
            continue;
        }
        if (budget-- == 0) {
            return wick_ir_node_error(context->diag, node, WICK_INTERNAL,
                                      "its rewriting does not end");
        }
        wick_ir_node_remove(graph, node);
        node = before != NULL ? before->next : graph->first;
    }
    return WICK_OK;
}
