// SPDX-License-Identifier: BSD-3-Clause
// Pass fold_constants: a node whose inputs are all constants becomes its result, computed by the
// runtime's own kernel.
//
// Before  %t = aten::permute_copy(%w, [1, 0])    with %w a parameter
// After   %t = constant
// Keeps   the file small: a result that adds much to its inputs (full, arange, expand of a large
// shape) stays a node. A dequantized weight does too, as long as a pass may want its integers.
//
// Pass fold_dequantized: the same once no pass wants them any more, so that a quantized graph runs
// in float, with the weights that its integers stand for.
//
// Before  %f = quantized_decomposed::dequantize_per_channel(%w, ..)    with %w a constant
// After   %f = constant, four times as large
#include "compiler/passes/build.h"
#include "compiler/passes/evaluate.h"
#include "compiler/passes/explain.h"

#include "ops/op.h"

enum { MAX_GROWTH_BYTES = 65536 };

static const char *const too_large = "its result is much larger than what it is computed from";

typedef struct input_scan {
    bool all_constant;
    size_t size_bytes;
} input_scan;

static void scan_slot(void *context, wick_ir_value **slot)
{
    input_scan *scan = context;
    scan->all_constant = scan->all_constant && wick_ir_value_is_constant(*slot);
    scan->size_bytes += wick_ir_type_size_bytes(&(*slot)->type);
}

// A cast of int8 is one as well: its scales come later.
static bool is_dequantize(const wick_ir_node *node)
{
    const wick_ir_value *input = wick_argument_tensor_at(node, 0);
    return (node->op->traits & WICK_OP_DEQUANTIZE) != 0 ||
           (wick_node_is(node, "aten::_to_copy") && input != NULL &&
            input->type.dtype == WICK_INT8 && node->outputs[0]->type.dtype == WICK_FLOAT32);
}

static bool is_all_constant(wick_ir_node *node, input_scan *scan)
{
    *scan = (input_scan){true, 0};
    wick_ir_node_each_value(node, scan_slot, scan);
    return scan->all_constant && node->op->row >= 0 && !node->in_place && node->output_count > 0;
}

// Why a node whose inputs are all constants stays; NULL if it may go.
static const char *refusal(const wick_ir_node *node, const input_scan *scan)
{
    size_t result_bytes = 0;
    // An int8 becomes a float64 at most.
    const size_t growth = is_dequantize(node) ? 8 * scan->size_bytes : MAX_GROWTH_BYTES;
    if ((node->op->traits & WICK_OP_RANDOM) != 0) {
        return "it draws random numbers";
    }
    for (uint32_t i = 0; i < node->output_count; i++) {
        const wick_ir_type *type = &node->outputs[i]->type;
        if (!wick_ir_type_is_static(type)) {
            return "its size is known only while the program runs";
        }
        if (!wick_ir_type_fits(type) ||
            wick_ir_type_size_bytes(type) > scan->size_bytes + growth) {
            return too_large;
        }
        result_bytes += wick_ir_type_size_bytes(type);
    }
    return result_bytes > scan->size_bytes + growth ? too_large : NULL;
}

// A node that cannot be evaluated (an index out of range, ..) stays: legalize or the runtime says
// why.
static bool fold_node(wick_ir_graph *graph, wick_ir_node *node)
{
    const uint8_t **data = wick_arena_alloc(graph->arena, node->output_count, sizeof *data);
    if (wick_evaluate_node(graph->arena, node, data) != WICK_OK) {
        return false;
    }
    for (uint32_t i = 0; i < node->output_count; i++) {
        wick_ir_value *result = node->outputs[i];
        wick_ir_value *constant =
            wick_ir_constant_create(graph, result->name, &result->type, data[i]);
        wick_ir_replace_uses(graph, result, constant);
    }
    return true;
}

static void fold_all(const wick_pass_context *context, wick_ir_graph *graph, bool with_dequantize)
{
    wick_ir_node *next = NULL;
    for (wick_ir_node *node = graph->first; node != NULL; node = next) {
        next = node->next;
        input_scan scan;
        if ((!with_dequantize && is_dequantize(node)) || !is_all_constant(node, &scan)) {
            continue;
        }
        const char *reason = refusal(node, &scan);
        if (reason == NULL && fold_node(graph, node)) {
            wick_ir_node_remove(graph, node);
        } else {
            wick_explain_left(context, graph, node, "%s",
                              reason != NULL ? reason : "it cannot be computed");
        }
    }
}

wick_status wick_pass_fold_constants(const wick_pass_context *context, wick_ir_graph *graph)
{
    fold_all(context, graph, false);
    return WICK_OK;
}

wick_status wick_pass_fold_dequantized(const wick_pass_context *context, wick_ir_graph *graph)
{
    fold_all(context, graph, true);
    return WICK_OK;
}
