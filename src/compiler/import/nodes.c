// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/nodes.h"

#include "compiler/import/target.h"

#include <string.h>

// One node of the archive on its way into the graph.
typedef struct node_input {
    const wick_import *import;
    const wick_scope *scope;
    const wick_json *json;
    const wick_json *inputs;
    const wick_json *outputs;
    wick_ir_op message_op;
    wick_ir_node message; // stands for the node in messages
} node_input;

// Keyword arguments that some rows of ops.def lack: the type of the result says the same.
static bool is_told_by_result(const char *name)
{
    static const char *const names[] = {"dtype", "layout", "device", "pin_memory", "memory_format"};
    for (size_t k = 0; k < sizeof names / sizeof *names; k++) {
        if (strcmp(names[k], name) == 0) {
            return true;
        }
    }
    return false;
}

// Operators with bodies do not name their arguments, functions on numbers name them otherwise than
// the rows do.
static int32_t parameter_of(const wick_ir_op *op, const char *name, uint32_t position)
{
    static const char numbers[] = "executorch_prim::";
    const bool goes_by_position =
        (*name == 0 || strncmp(op->name, numbers, sizeof numbers - 1) == 0) &&
        position < op->parameter_count;
    return goes_by_position ? (int32_t)position : wick_ir_op_parameter(op, name);
}

static wick_status set_argument(const node_input *in, uint32_t position, wick_ir_node *node,
                                bool *given)
{
    const wick_json *input = &in->inputs->items[position];
    const char *name = NULL;
    const wick_json *argument = NULL;
    WICK_TRY(wick_json_get_string(input, "name", in->import->diag, &name));
    WICK_TRY(wick_json_member(input, "arg", WICK_JSON_OBJECT, in->import->diag, &argument));
    const int32_t index = parameter_of(node->op, name, position);
    if (index < 0) {
        return is_told_by_result(name)
                   ? WICK_OK
                   : wick_ir_node_error(
                         in->import->diag, &in->message, WICK_NOT_SUPPORTED,
                         "argument '%s' is not in the schema of %s that Wick knows; was the file "
                         "written by a newer torch?",
                         name, node->op->name);
    }
    given[index] = true;
    return wick_import_argument(in->import, in->scope, &in->message, &node->op->parameters[index],
                                argument, &node->args[index]);
}

static wick_status set_arguments(const node_input *in, wick_ir_node *node)
{
    bool *given = wick_arena_alloc(in->import->arena, node->op->parameter_count, sizeof *given);
    for (uint32_t k = 0; k < in->inputs->count; k++) {
        WICK_TRY(set_argument(in, k, node, given));
    }
    for (uint32_t k = 0; k < node->op->parameter_count; k++) {
        if (!given[k] && !node->op->parameters[k].has_default) {
            return wick_ir_node_error(in->import->diag, &in->message, WICK_INVALID_PROGRAM,
                                      "argument '%s' is missing", node->op->parameters[k].name);
        }
    }
    return WICK_OK;
}

// The values that an output stands for: one, or the items of a list.
static uint32_t width_of(const wick_json *payload)
{
    return strcmp(payload->key, "as_tensors") == 0 && payload->kind == WICK_JSON_ARRAY
               ? payload->count
               : 1;
}

static wick_status add_result(const node_input *in, wick_ir_node *node, const wick_json *json,
                              const char *name, const wick_ir_type *type)
{
    wick_ir_value *value = wick_ir_value_create(in->import->graph, name, WICK_IR_RESULT, type);
    value->producer = node;
    node->outputs[node->output_count++] = value;
    return wick_scope_bind(in->import, in->scope, json, name, value);
}

// An item of as_tensors is what as_tensor holds.
static wick_status add_list_results(const node_input *in, wick_ir_node *node, const wick_json *list)
{
    for (uint32_t k = 0; k < list->count; k++) {
        wick_json item = list->items[k];
        wick_ir_type type;
        item.key = "as_tensor";
        WICK_TRY(wick_scope_type(in->import, in->scope, &item, &type));
        WICK_TRY(add_result(in, node, &list->items[k], wick_scope_name(&item), &type));
    }
    return WICK_OK;
}

// A result that an output mask leaves out: empty, and nothing names it.
static void add_absent_result(const node_input *in, wick_ir_node *node)
{
    const int64_t none = 0;
    const wick_ir_type type = wick_ir_type_tensor(WICK_FLOAT32, 1, &none);
    wick_ir_value *value = wick_ir_value_create(in->import->graph, "none", WICK_IR_RESULT, &type);
    value->producer = node;
    node->outputs[node->output_count++] = value;
}

static wick_status add_output(const node_input *in, wick_ir_node *node, const wick_json *payload)
{
    wick_ir_type type = {.kind = WICK_VALUE_NONE};
    if (strcmp(payload->key, "as_tensors") == 0) {
        WICK_TRY(wick_json_expect(payload, WICK_JSON_ARRAY, in->import->diag));
        return add_list_results(in, node, payload);
    }
    if (strcmp(payload->key, "as_none") == 0) {
        add_absent_result(in, node);
        return WICK_OK;
    }
    const char *name = wick_scope_name(payload);
    if (!name) {
        return wick_ir_node_error(in->import->diag, &in->message, WICK_NOT_SUPPORTED,
                                  "a result is of a kind that Wick does not read (%s)",
                                  payload->key);
    }
    WICK_TRY(wick_scope_type(in->import, in->scope, payload, &type));
    return add_result(in, node, payload, name, &type);
}

static wick_status set_outputs(const node_input *in, wick_ir_node *node)
{
    size_t width = 0;
    for (uint32_t k = 0; k < in->outputs->count; k++) {
        const wick_json *payload = NULL;
        WICK_TRY(wick_import_union(in->import, &in->outputs->items[k], &payload));
        width += width_of(payload);
    }
    if (node->op->return_count != 0 && node->op->return_count != width) {
        return wick_ir_node_error(in->import->diag, &in->message, WICK_INVALID_PROGRAM,
                                  "has %zu results where %s gives %u", width, node->op->name,
                                  node->op->return_count);
    }
    node->outputs = wick_arena_alloc(in->import->arena, width, sizeof(wick_ir_value *));
    for (uint32_t k = 0; k < in->outputs->count; k++) {
        WICK_TRY(add_output(in, node, in->outputs->items[k].items));
    }
    return WICK_OK;
}

static wick_status import_operator(const node_input *in)
{
    const char *name = in->message_op.name;
    const wick_ir_op *op = wick_ir_op_find(name);
    wick_ir_node *node = wick_ir_node_create(in->import->graph, NULL, op, NULL, &in->message);
    node->in_place = wick_ir_op_is_in_place(name);
    WICK_TRY(set_arguments(in, node));
    return set_outputs(in, node);
}

// A number whose expression is known needs no node; one that is used otherwise is refused there.
static wick_status import_number(const node_input *in)
{
    for (uint32_t k = 0; k < in->outputs->count; k++) {
        const wick_json *payload = NULL;
        wick_ir_type type;
        WICK_TRY(wick_import_union(in->import, &in->outputs->items[k], &payload));
        const char *name = wick_scope_name(payload);
        if (!name || strcmp(payload->key, "as_tensor") == 0) {
            return wick_ir_node_error(in->import->diag, &in->message, WICK_NOT_SUPPORTED,
                                      "unsupported operator on numbers");
        }
        WICK_TRY(wick_scope_type(in->import, in->scope, payload, &type));
        wick_ir_value *value = wick_ir_value_create(in->import->graph, name, WICK_IR_RESULT, &type);
        WICK_TRY(wick_scope_bind(in->import, in->scope, payload, name, value));
    }
    return WICK_OK;
}

static const wick_json *argument_of(const wick_json *input, const char *tag)
{
    const wick_json *argument = wick_json_find(input, "arg");
    return argument ? wick_json_find(argument, tag) : NULL;
}

// getitem(list, index): another name for the item.
static wick_status import_item(const node_input *in)
{
    const wick_json *list =
        in->inputs->count == 2 ? argument_of(&in->inputs->items[0], "as_tensors") : NULL;
    const wick_json *index = list ? argument_of(&in->inputs->items[1], "as_int") : NULL;
    const char *name = NULL;
    wick_ir_value *value = NULL;
    if (!index || list->kind != WICK_JSON_ARRAY || index->kind != WICK_JSON_INT ||
        index->integer < 0 || index->integer >= list->count || in->outputs->count != 1 ||
        in->outputs->items->kind != WICK_JSON_OBJECT || in->outputs->items->count != 1) {
        return wick_ir_node_error(in->import->diag, &in->message, WICK_NOT_SUPPORTED,
                                  "only items of a list of tensors are read");
    }
    const wick_json *item = &list->items[index->integer];
    WICK_TRY(wick_json_get_string(item, "name", in->import->diag, &name));
    WICK_TRY(wick_scope_find(in->import, in->scope, item, name, &value));
    WICK_TRY(wick_json_get_string(in->outputs->items->items, "name", in->import->diag, &name));
    return wick_scope_bind(in->import, in->scope, in->outputs->items, name, value);
}

// Gives value `from` of one scope the name that `to` holds in another. Both are arguments; a
// constant needs no name.
static wick_status pass_value(const wick_import *import, const wick_scope *from_scope,
                              const wick_json *from, const wick_scope *to_scope,
                              const wick_json *to)
{
    const wick_json *from_payload = NULL;
    const wick_json *to_payload = NULL;
    wick_ir_value *value = NULL;
    WICK_TRY(wick_import_union(import, from, &from_payload));
    WICK_TRY(wick_import_union(import, to, &to_payload));
    const char *from_name = wick_scope_name(from_payload);
    const char *to_name = wick_scope_name(to_payload);
    if (!to_name) {
        return WICK_OK;
    }
    if (!from_name) {
        return wick_json_error(from, import->diag, WICK_INVALID_PROGRAM,
                               "expected the name of a value");
    }
    WICK_TRY(wick_scope_find(import, from_scope, from, from_name, &value));
    return wick_scope_bind(import, to_scope, to, to_name, value);
}

// (.., graph, operands): the first argument that is a graph.
static wick_status find_graph(const node_input *in, const wick_json **graph,
                              uint32_t *first_operand)
{
    for (uint32_t k = 0; k < in->inputs->count; k++) {
        const wick_json *argument = argument_of(&in->inputs->items[k], "as_graph");
        if (argument) {
            *first_operand = k + 1;
            return wick_json_member(argument, "graph", WICK_JSON_OBJECT, in->import->diag, graph);
        }
    }
    return wick_ir_node_error(in->import->diag, &in->message, WICK_INVALID_PROGRAM,
                              "has no sub-graph");
}

static wick_status check_count(const node_input *in, const char *what, uint32_t inside,
                               uint32_t outside)
{
    return inside == outside
               ? WICK_OK
               : wick_ir_node_error(in->import->diag, &in->message, WICK_INVALID_PROGRAM,
                                    "the sub-graph has %u %s, the node %u", inside, what, outside);
}

// Recursion (through wick_import_nodes) is bounded by the nesting of the JSON document.
static wick_status import_inlined(const node_input *in)
{
    const wick_import *import = in->import;
    const wick_json *graph = NULL;
    const wick_json *inner_inputs = NULL;
    const wick_json *inner_outputs = NULL;
    uint32_t first = 0;
    WICK_TRY(find_graph(in, &graph, &first));
    WICK_TRY(wick_json_member(graph, "inputs", WICK_JSON_ARRAY, import->diag, &inner_inputs));
    WICK_TRY(wick_json_member(graph, "outputs", WICK_JSON_ARRAY, import->diag, &inner_outputs));
    WICK_TRY(check_count(in, "inputs", inner_inputs->count, in->inputs->count - first));
    WICK_TRY(check_count(in, "outputs", inner_outputs->count, in->outputs->count));
    const wick_scope inner = wick_scope_create(import, graph);
    for (uint32_t k = 0; k < inner_inputs->count; k++) {
        const wick_json *operand = NULL;
        WICK_TRY(wick_json_member(&in->inputs->items[first + k], "arg", WICK_JSON_OBJECT,
                                  import->diag, &operand));
        WICK_TRY(pass_value(import, in->scope, operand, &inner, &inner_inputs->items[k]));
    }
    WICK_TRY(wick_import_nodes(import, &inner));
    for (uint32_t k = 0; k < inner_outputs->count; k++) {
        WICK_TRY(pass_value(import, &inner, &inner_outputs->items[k], in->scope,
                            &in->outputs->items[k]));
    }
    return WICK_OK;
}

// with_effects(token, _linalg_check_errors, info, ..): the factorization that gave `info` checks it.
static wick_status import_checked(const node_input *in)
{
    enum { INFO = 2 };
    const wick_json *info =
        in->inputs->count > INFO ? argument_of(&in->inputs->items[INFO], "as_tensor") : NULL;
    const char *name = info ? wick_scope_name(info) : NULL;
    wick_ir_value *value = NULL;
    if (name == NULL) {
        return wick_ir_node_error(in->import->diag, &in->message, WICK_INVALID_PROGRAM,
                                  "checks no tensor");
    }
    WICK_TRY(wick_scope_find(in->import, in->scope, info, name, &value));
    wick_ir_node *factorization = value->producer;
    const int32_t index =
        factorization ? wick_ir_op_parameter(factorization->op, "check_errors") : -1;
    if (index < 0) {
        return wick_ir_node_error(in->import->diag, &in->message, WICK_NOT_SUPPORTED,
                                  "checks the result of an operator that cannot check itself");
    }
    factorization->args[index] = wick_ir_arg_bool(true);
    return WICK_OK;
}

static wick_status import_node(const wick_import *import, const wick_scope *scope,
                               const wick_json *json)
{
    node_input in = {.import = import, .scope = scope, .json = json};
    in.message = wick_import_node_message(import, json, &in.message_op);
    WICK_TRY(wick_json_member(json, "inputs", WICK_JSON_ARRAY, import->diag, &in.inputs));
    WICK_TRY(wick_json_member(json, "outputs", WICK_JSON_ARRAY, import->diag, &in.outputs));
    switch (wick_import_node_action(in.message_op.name, json)) {
    case WICK_NODE_OPERATOR:
        return import_operator(&in);
    case WICK_NODE_DROPPED:
        return WICK_OK;
    case WICK_NODE_INLINED:
        return import_inlined(&in);
    case WICK_NODE_ITEM:
        return import_item(&in);
    case WICK_NODE_CHECKED:
        return import_checked(&in);
    case WICK_NODE_NUMBER:
        return import_number(&in);
    case WICK_NODE_UNSUPPORTED:
        break; // refused before: see wick_import_check_operators
    }
    return WICK_INTERNAL;
}

wick_status wick_import_nodes(const wick_import *import, const wick_scope *scope)
{
    const wick_json *nodes = NULL;
    WICK_TRY(wick_json_member(scope->graph, "nodes", WICK_JSON_ARRAY, import->diag, &nodes));
    for (uint32_t k = 0; k < nodes->count; k++) {
        WICK_TRY(import_node(import, scope, &nodes->items[k]));
    }
    return WICK_OK;
}
