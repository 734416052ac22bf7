// SPDX-License-Identifier: BSD-3-Clause
// Pass assertions: what a model asserts of numbers (torch._check, guards of the export) and of
// tensors (torch._assert_async) goes where it always holds, and says where it stands where it must
// be asked while the program runs.
//
// Before  %b = executorch_prim::le.Scalar(<u0>, 8) : bool
//         aten::_assert_scalar(%b, "u0 <= 8") : () at "model.py":12
// After   aten::_assert_scalar(%b, "u0 <= 8 (node 'le', model.py:12: k = n.item())") : () ..
//
// A comparison of sizes holds where it does for all sizes of inputs in range: those are checked at
// the start of the program (compute_sizes). Nothing is taken for granted of numbers out of tensors:
// their ranges are what the assertions say. Officially there is no operator for assertions; like
// the official exporter's, programs of official operators go without them.
#include "compiler/passes/build.h"
#include "compiler/passes/explain.h"

#include "compiler/ir/where.h"

#include <string.h>

enum { UNKNOWN = -1 };

static bool is_assertion(const wick_ir_node *node)
{
    return wick_node_is(node, "aten::_assert_scalar") ||
           wick_node_is(node, "aten::_assert_async.msg");
}

// Whether `minimum` and `maximum` of a - b decide the comparison: 1 or 0, or UNKNOWN.
static int decide(const char *name, int64_t minimum, int64_t maximum)
{
    const char *sign = strchr(name, ':') + 2; // behind the namespace
    if (strncmp(sign, "eq.", 3) == 0) {
        return minimum == 0 && maximum == 0 ? 1 : minimum > 0 || maximum < 0 ? 0 : UNKNOWN;
    }
    if (strncmp(sign, "ge.", 3) == 0 || strncmp(sign, "lt.", 3) == 0) {
        const bool is_ge = *sign == 'g';
        return minimum >= 0 ? is_ge : maximum < 0 ? !is_ge : UNKNOWN;
    }
    const bool is_gt = *sign == 'g';
    return minimum > 0 ? is_gt : maximum <= 0 ? !is_gt : UNKNOWN;
}

static bool is_comparison(const wick_ir_node *node)
{
    static const char *const names[] = {"executorch_prim::eq.Scalar", "executorch_prim::gt.Scalar",
                                        "executorch_prim::lt.Scalar", "executorch_prim::ge.Scalar",
                                        "executorch_prim::le.Scalar"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (wick_node_is(node, names[i])) {
            return node->args[0].kind == WICK_IR_INT && node->args[1].kind == WICK_IR_INT;
        }
    }
    return false;
}

// 1 or 0 where the argument is that for all sizes in range.
static int truth_of(wick_sizes *sizes, const wick_ir_arg *arg)
{
    if (arg->kind == WICK_IR_BOOL || arg->kind == WICK_IR_INT) {
        return arg->kind == WICK_IR_BOOL             ? arg->boolean
               : wick_size_is_symbolic(arg->integer) ? UNKNOWN
                                                     : arg->integer != 0;
    }
    const wick_ir_node *node = arg->kind == WICK_IR_VALUE ? arg->value->producer : NULL;
    if (node != NULL && wick_node_is(node, "executorch_prim::sym_not.Scalar")) {
        // The operand is a comparison as a rule; what is deeper is asked while running.
        const wick_ir_arg *inner = &node->args[0];
        const wick_ir_node *compared = inner->kind == WICK_IR_VALUE ? inner->value->producer : NULL;
        const int truth =
            compared != NULL && is_comparison(compared) ? truth_of(sizes, inner) : UNKNOWN;
        return truth == UNKNOWN ? UNKNOWN : !truth;
    }
    if (node == NULL || !is_comparison(node)) {
        return UNKNOWN;
    }
    const int64_t rest = wick_size_subtract(sizes, node->args[0].integer, node->args[1].integer);
    return rest == WICK_SIZE_UNBOUNDED ? UNKNOWN
                                       : decide(node->op->name, wick_size_minimum(sizes, rest),
                                                wick_size_maximum(sizes, rest));
}

static void forget_range(const wick_ir_graph *graph, const wick_ir_value *value)
{
    wick_ir_symbol *symbol =
        value->type.kind == WICK_VALUE_INT && wick_size_is_symbolic(value->type.sizes[0])
            ? wick_size_symbol(graph->sizes, value->type.sizes[0])
            : NULL;
    if (symbol != NULL) {
        symbol->minimum = -WICK_SIZE_UNBOUNDED;
        symbol->maximum = WICK_SIZE_UNBOUNDED;
    }
}

// Of a size that an operator finds only that it is none below 0 is known; of a number out of a
// tensor, nothing. In a body one cannot be told from the other.
static void forget_ranges(const wick_ir_graph *graph)
{
    wick_ir_symbol *symbol = wick_sizes_symbols(graph->sizes);
    for (; symbol != NULL; symbol = symbol->next) {
        if (symbol->name[0] == 'u') {
            symbol->minimum = graph->is_body ? -WICK_SIZE_UNBOUNDED : 0;
            symbol->maximum = WICK_SIZE_UNBOUNDED;
        }
    }
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        for (uint32_t i = 0; i < node->output_count; i++) {
            if (!wick_node_is(node, "aten::sym_size.int")) {
                forget_range(graph, node->outputs[i]);
            }
        }
    }
}

typedef struct saved_range {
    int64_t minimum;
    int64_t maximum;
} saved_range;

static saved_range *save_ranges(const wick_ir_graph *graph)
{
    size_t count = 0;
    for (const wick_ir_symbol *at = wick_sizes_symbols(graph->sizes); at != NULL; at = at->next) {
        count++;
    }
    saved_range *saved = wick_arena_alloc(graph->arena, count, sizeof *saved);
    saved_range *out = saved;
    for (const wick_ir_symbol *at = wick_sizes_symbols(graph->sizes); at != NULL; at = at->next) {
        *out++ = (saved_range){at->minimum, at->maximum};
    }
    return saved;
}

static void restore_ranges(const wick_ir_graph *graph, const saved_range *saved)
{
    for (wick_ir_symbol *at = wick_sizes_symbols(graph->sizes); at != NULL; at = at->next) {
        at->minimum = saved->minimum;
        at->maximum = saved++->maximum;
    }
}

static void locate(wick_ir_graph *graph, wick_ir_node *node)
{
    wick_ir_frame frame;
    wick_ir_arg *message = &node->args[1];
    if (message->kind == WICK_IR_STRING && wick_ir_user_frame(node->stack_trace, &frame)) {
        message->string = wick_arena_format(
            graph->arena, "%s (node '%s' at %.*s:%lu%s%.*s)", message->string, node->name,
            (int)frame.path_length, frame.path, frame.line, frame.text_length > 0 ? ": " : "",
            (int)frame.text_length, frame.text);
    }
}

static void resolve(const wick_pass_context *context, wick_ir_graph *graph, bool are_dropped)
{
    wick_ir_node *next = NULL;
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        next = node->next;
        if (!is_assertion(node)) {
            continue;
        }
        const bool holds =
            wick_node_is(node, "aten::_assert_scalar") && truth_of(graph->sizes, node->args) == 1;
        if (holds || are_dropped) {
            wick_explain_done(context, graph, node, "%s",
                              holds ? "dropped: it always holds"
                                    : "dropped: the official runtime asks no assertions");
            wick_ir_node_remove(graph, node);
        } else {
            locate(graph, node);
        }
    }
}

wick_status wick_pass_assertions(const wick_pass_context *context, wick_ir_graph *graph)
{
    const saved_range *saved = save_ranges(graph);
    forget_ranges(graph);
    resolve(context, graph, context->target->portable_operators || context->official_operators);
    restore_ranges(graph, saved);
    return WICK_OK;
}
