// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/target.h"

#include <string.h>

static const char higher_order[] = "higher_order::";

typedef struct special {
    const char *name;
    wick_node_action action;
} special;

static const special specials[] = {
    {"aten::_assert_tensor_metadata", WICK_NODE_DROPPED},
    {"higher_order::wrap_with_set_grad_enabled", WICK_NODE_INLINED},
    {"_operator::getitem", WICK_NODE_ITEM},
};

typedef struct advice {
    const char *prefix; // of the operator's name
    const char *text;
} advice;

static const advice advices[] = {
    {"higher_order::wrap_with_autocast",
     "autocast regions are not read in training IR: save ep.run_decompositions() instead, which "
     "writes the casts out"},
    {"higher_order::with_effects",
     "of operators with effects only the checks of linear algebra are read; write the model "
     "without it"},
    {"higher_order::", "this higher-order operator is not supported; write the model without it"},
    {"export::access_subclass_inner_tensor",
     "a weight is a tensor subclass, as torchao's quantize_ makes them: call "
     "torchao.utils.unwrap_tensor_subclass(model) before torch.export.export"},
};

// Python's operators on numbers, and the rows that compute them.
static const struct {
    const char *target;
    const char *name;
} numbers[] = {
    {"_operator.add", "executorch_prim::add.Scalar"},
    {"_operator.sub", "executorch_prim::sub.Scalar"},
    {"_operator.mul", "executorch_prim::mul.Scalar"},
    {"_operator.floordiv", "executorch_prim::floordiv.Scalar"},
    {"_operator.truediv", "executorch_prim::truediv.Scalar"},
    {"_operator.mod", "executorch_prim::mod.Scalar"},
    {"_operator.eq", "executorch_prim::eq.Scalar"},
    {"_operator.gt", "executorch_prim::gt.Scalar"},
    {"_operator.lt", "executorch_prim::lt.Scalar"},
    {"_operator.ge", "executorch_prim::ge.Scalar"},
    {"_operator.le", "executorch_prim::le.Scalar"},
    {"_operator.neg", "executorch_prim::neg.Scalar"},
    {"math.ceil", "executorch_prim::ceil.Scalar"},
    {"math.trunc", "executorch_prim::trunc.Scalar"},
    {"round", "executorch_prim::round.Scalar"},
    {"builtins.round", "executorch_prim::round.Scalar"},
    {"torch.sym_float", "executorch_prim::sym_float.Scalar"},
    {"torch.sym_int", "executorch_prim::sym_int.Scalar"},
    {"torch.sym_max", "executorch_prim::sym_max.Scalar"},
    {"torch.sym_min", "executorch_prim::sym_min.Scalar"},
    {"torch.sym_not", "executorch_prim::sym_not.Scalar"},
    {"torch.sym_ite", "executorch_prim::sym_ite.Scalar"},
    {"torch.ops.aten.item.default", "aten::_local_scalar_dense"},
};

// Namespaces of functions on numbers: of one without a row, the expression of its result may do.
static bool is_number_name(const char *name)
{
    static const char *const prefixes[] = {"_operator::", "math::", "torch::sym_", "torch::_sym_",
                                           "aten::sym_"};
    for (size_t k = 0; k < sizeof prefixes / sizeof *prefixes; k++) {
        if (strncmp(name, prefixes[k], strlen(prefixes[k])) == 0) {
            return true;
        }
    }
    return false;
}

const char *wick_import_operator_name(wick_arena *arena, const char *target)
{
    for (size_t k = 0; k < sizeof numbers / sizeof *numbers; k++) {
        if (strcmp(numbers[k].target, target) == 0) {
            return numbers[k].name;
        }
    }
    static const char prefix[] = "torch.ops.";
    static const char overload[] = ".default";
    const bool is_op = strncmp(target, prefix, sizeof prefix - 1) == 0;
    const char *name = is_op ? target + sizeof prefix - 1 : target;
    const char *dot = is_op ? strchr(name, '.') : strrchr(name, '.');
    if (!dot) {
        return name;
    }
    const char *rest = dot + 1;
    size_t length = strlen(rest);
    const size_t tail = sizeof overload - 1;
    if (is_op && length > tail && strcmp(rest + length - tail, overload) == 0) {
        length -= tail;
    }
    return wick_arena_format(arena, "%.*s::%.*s", (int)(dot - name), name, (int)length, rest);
}

// wrap_with_autocast(device, dtype, enabled, cache, graph, ..) that is switched off changes
// nothing.
static bool is_autocast_off(const char *name, const wick_json *node)
{
    enum { ENABLED = 2 };
    const wick_json *inputs = wick_json_find(node, "inputs");
    if (strcmp(name, "higher_order::wrap_with_autocast") != 0 || !inputs ||
        inputs->kind != WICK_JSON_ARRAY || inputs->count <= ENABLED) {
        return false;
    }
    const wick_json *argument = wick_json_find(&inputs->items[ENABLED], "arg");
    const wick_json *enabled = argument ? wick_json_find(argument, "as_bool") : NULL;
    return enabled && enabled->kind == WICK_JSON_BOOL && !enabled->boolean;
}

// with_effects(token, operator, info, ..) as run_decompositions() writes it behind linalg_inv_ex and
// its like: eager PyTorch raises where `info` is not 0.
static bool is_check_of_errors(const char *name, const wick_json *node)
{
    enum { OPERATOR = 1 };
    const wick_json *inputs = wick_json_find(node, "inputs");
    if (strcmp(name, "higher_order::with_effects") != 0 || !inputs ||
        inputs->kind != WICK_JSON_ARRAY || inputs->count <= OPERATOR) {
        return false;
    }
    const wick_json *argument = wick_json_find(&inputs->items[OPERATOR], "arg");
    const wick_json *op = argument ? wick_json_find(argument, "as_operator") : NULL;
    return op && op->kind == WICK_JSON_STRING &&
           strcmp(op->string, "torch.ops.aten._linalg_check_errors.default") == 0;
}

wick_node_action wick_import_node_action(const char *name, const wick_json *node)
{
    for (size_t k = 0; k < sizeof specials / sizeof *specials; k++) {
        if (strcmp(specials[k].name, name) == 0) {
            return specials[k].action;
        }
    }
    if (is_autocast_off(name, node)) {
        return WICK_NODE_INLINED;
    }
    if (is_check_of_errors(name, node)) {
        return WICK_NODE_CHECKED;
    }
    if (wick_ir_op_find(name)) {
        return WICK_NODE_OPERATOR;
    }
    return is_number_name(name) ? WICK_NODE_NUMBER : WICK_NODE_UNSUPPORTED;
}

static const char *text_or_null(const wick_json *object, const char *key)
{
    const wick_json *text = object ? wick_json_find(object, key) : NULL;
    return text && text->kind == WICK_JSON_STRING ? text->string : NULL;
}

// Older files do not name their nodes: the first output's name does.
static const char *first_output(const wick_json *node)
{
    const wick_json *outputs = wick_json_find(node, "outputs");
    if (!outputs || outputs->kind != WICK_JSON_ARRAY || outputs->count == 0 ||
        outputs->items->kind != WICK_JSON_OBJECT || outputs->items->count == 0) {
        return NULL;
    }
    return text_or_null(outputs->items->items, "name");
}

wick_ir_node wick_import_node_message(const wick_import *import, const wick_json *json,
                                      wick_ir_op *op)
{
    const char *target = text_or_null(json, "target");
    const char *name = text_or_null(json, "name");
    name = name ? name : first_output(json);
    *op = (wick_ir_op){.name = target ? wick_import_operator_name(import->arena, target) : "?"};
    return (wick_ir_node){
        .name = name ? name : op->name,
        .op = op,
        .stack_trace = text_or_null(wick_json_find(json, "metadata"), "stack_trace"),
    };
}

// An operator that Wick lacks, and where it is first used.
typedef struct missing {
    const char *name;
    const wick_json *first;
    uint32_t use_count;
    struct missing *next;
} missing;

typedef struct survey {
    const wick_import *import;
    wick_map *by_name;
    missing *first; // in order of appearance
    missing *last;
} survey;

static void note_missing(survey *s, const char *name, const wick_json *node)
{
    missing *entry = wick_map_get(s->by_name, name);
    if (!entry) {
        entry = wick_arena_alloc(s->import->arena, 1, sizeof *entry);
        entry->name = name;
        entry->first = node;
        wick_map_put(s->by_name, name, entry);
        if (s->last) {
            s->last->next = entry;
        } else {
            s->first = entry;
        }
        s->last = entry;
    }
    entry->use_count++;
}

static wick_status survey_graph(survey *s, const wick_json *graph);

static wick_status survey_subgraphs(survey *s, const wick_json *node)
{
    const wick_json *inputs = NULL;
    WICK_TRY(wick_json_member(node, "inputs", WICK_JSON_ARRAY, s->import->diag, &inputs));
    for (uint32_t k = 0; k < inputs->count; k++) {
        const wick_json *argument = wick_json_find(&inputs->items[k], "arg");
        const wick_json *graph = argument ? wick_json_find(argument, "as_graph") : NULL;
        graph = graph ? wick_json_find(graph, "graph") : NULL;
        if (graph) {
            WICK_TRY(survey_graph(s, graph));
        }
    }
    return WICK_OK;
}

// Recursion is bounded by the nesting of the JSON document.
static wick_status survey_graph(survey *s, const wick_json *graph)
{
    const wick_json *nodes = NULL;
    WICK_TRY(wick_json_member(graph, "nodes", WICK_JSON_ARRAY, s->import->diag, &nodes));
    for (uint32_t k = 0; k < nodes->count; k++) {
        const wick_json *node = &nodes->items[k];
        const char *target = NULL;
        WICK_TRY(wick_json_get_string(node, "target", s->import->diag, &target));
        const char *name = wick_import_operator_name(s->import->arena, target);
        if (wick_import_node_action(name, node) == WICK_NODE_UNSUPPORTED) {
            note_missing(s, name, node);
        }
        if (strncmp(name, higher_order, sizeof higher_order - 1) == 0) {
            WICK_TRY(survey_subgraphs(s, node));
        }
    }
    return WICK_OK;
}

// Regions have no line of their own: that of the first node inside serves.
static const char *line_inside(const wick_json *node)
{
    const wick_json *inputs = wick_json_find(node, "inputs");
    for (uint32_t k = 0; inputs && inputs->kind == WICK_JSON_ARRAY && k < inputs->count; k++) {
        const wick_json *at = wick_json_find(&inputs->items[k], "arg");
        at = at ? wick_json_find(at, "as_graph") : NULL;
        at = at ? wick_json_find(at, "graph") : NULL;
        at = at ? wick_json_find(at, "nodes") : NULL;
        if (at && at->kind == WICK_JSON_ARRAY && at->count > 0) {
            return text_or_null(wick_json_find(at->items, "metadata"), "stack_trace");
        }
    }
    return NULL;
}

static const char *advice_for(const wick_import *import, const char *name)
{
    for (size_t k = 0; k < sizeof advices / sizeof *advices; k++) {
        if (strncmp(advices[k].prefix, name, strlen(advices[k].prefix)) == 0) {
            return advices[k].text;
        }
    }
    return import->is_training
               ? "save ep.run_decompositions() instead, which may rewrite it into simpler ones, or "
                 "write it otherwise at this line"
               : "write it otherwise at this line";
}

wick_status wick_import_check_operators(const wick_import *import, const wick_json *graph)
{
    survey s = {.import = import, .by_name = wick_map_create(import->arena)};
    WICK_TRY(survey_graph(&s, graph));
    for (const missing *entry = s.first; entry; entry = entry->next) {
        wick_ir_op op;
        wick_ir_node node = wick_import_node_message(import, entry->first, &op);
        node.stack_trace = node.stack_trace ? node.stack_trace : line_inside(entry->first);
        const char *more =
            entry->use_count > 1
                ? wick_arena_format(import->arena, " (used by %u nodes)", entry->use_count)
                : "";
        wick_ir_node_error(import->diag, &node, WICK_NOT_SUPPORTED, "unsupported operator%s: %s",
                           more, advice_for(import, op.name));
    }
    return s.first ? WICK_NOT_SUPPORTED : WICK_OK;
}
