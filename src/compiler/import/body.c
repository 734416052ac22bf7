// SPDX-License-Identifier: BSD-3-Clause
// Bodies of control flow: as_graph arguments of higher_order operators.
#include "compiler/import/nodes.h"

static wick_status refuse(const wick_import *import, const wick_json *payload, const char *what)
{
    return wick_json_error(payload, import->diag, WICK_NOT_SUPPORTED,
                           "a body of control flow %s something of the kind '%s'; let it take and "
                           "return tensors",
                           what, payload->key);
}

static wick_status import_body_inputs(const wick_import *import, const wick_scope *scope)
{
    wick_ir_graph *graph = import->graph;
    const wick_json *inputs = NULL;
    WICK_TRY(wick_json_member(scope->graph, "inputs", WICK_JSON_ARRAY, import->diag, &inputs));
    graph->inputs = wick_arena_alloc(import->arena, inputs->count, sizeof(wick_ir_value *));
    for (uint32_t k = 0; k < inputs->count; k++) {
        const wick_json *payload = NULL;
        wick_ir_type type;
        WICK_TRY(wick_import_union(import, &inputs->items[k], &payload));
        const char *name = wick_scope_name(payload);
        if (name == NULL) {
            return refuse(import, payload, "takes");
        }
        WICK_TRY(wick_scope_type(import, scope, payload, &type));
        wick_ir_value *value = wick_ir_value_create(graph, name, WICK_IR_INPUT, &type);
        graph->inputs[graph->input_count++] = value;
        WICK_TRY(wick_scope_bind(import, scope, payload, name, value));
    }
    return WICK_OK;
}

static wick_status import_body_outputs(const wick_import *import, const wick_scope *scope)
{
    wick_ir_graph *graph = import->graph;
    const wick_json *outputs = NULL;
    WICK_TRY(wick_json_member(scope->graph, "outputs", WICK_JSON_ARRAY, import->diag, &outputs));
    graph->outputs = wick_arena_alloc(import->arena, outputs->count, sizeof(wick_ir_value *));
    for (uint32_t k = 0; k < outputs->count; k++) {
        const wick_json *payload = NULL;
        WICK_TRY(wick_import_union(import, &outputs->items[k], &payload));
        const char *name = wick_scope_name(payload);
        if (name == NULL) {
            return refuse(import, payload, "returns");
        }
        WICK_TRY(
            wick_scope_find(import, scope, payload, name, &graph->outputs[graph->output_count]));
        graph->output_count++;
    }
    return WICK_OK;
}

// Recursion (through wick_import_nodes) is bounded by the nesting of the JSON document.
wick_status wick_import_body(const wick_import *import, const wick_json *json, wick_ir_graph **out)
{
    const char *name = NULL;
    const wick_json *graph = NULL;
    wick_import inner = *import;
    WICK_TRY(wick_json_get_string(json, "name", import->diag, &name));
    WICK_TRY(wick_json_member(json, "graph", WICK_JSON_OBJECT, import->diag, &graph));
    inner.graph = wick_ir_graph_create(import->arena, name);
    inner.graph->is_body = true;
    inner.graph->sizes = import->graph->sizes;
    const wick_scope scope = wick_scope_create(&inner, graph);
    WICK_TRY(import_body_inputs(&inner, &scope));
    WICK_TRY(wick_import_nodes(&inner, &scope));
    WICK_TRY(import_body_outputs(&inner, &scope));
    *out = inner.graph;
    return WICK_OK;
}
