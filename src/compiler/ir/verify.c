// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/ir/control.h"
#include "compiler/ir/schema.h"

#include <stdarg.h>
#include <string.h>

typedef struct verifier {
    const wick_ir_graph *graph;
    wick_diag *diag;
    wick_map *defined; // names of the values that lines before have defined
} verifier;

static wick_status value_error(const verifier *in, const wick_ir_value *value, const char *what)
{
    return wick_diag_error(in->diag, WICK_INTERNAL, NULL, "graph '%s': value '%s' %s",
                           in->graph->name, value->name, what);
}

static bool is_permutation(const wick_ir_type *type)
{
    uint32_t seen = 0;
    for (uint32_t i = 0; i < type->rank; i++) {
        if (type->dim_order[i] >= type->rank) {
            return false;
        }
        seen |= 1u << type->dim_order[i];
    }
    return seen == (1u << type->rank) - 1;
}

static wick_status verify_type(const verifier *in, const wick_ir_value *value)
{
    const wick_ir_type *type = &value->type;
    if (type->kind != WICK_VALUE_TENSOR) {
        const bool scalar = type->kind == WICK_VALUE_INT || type->kind == WICK_VALUE_REAL ||
                            type->kind == WICK_VALUE_BOOL || type->kind == WICK_VALUE_NONE;
        return scalar ? WICK_OK : value_error(in, value, "is neither a tensor nor a scalar");
    }
    if (wick_dtype_size_bytes(type->dtype) == 0) {
        return value_error(in, value, "has an unknown element type");
    }
    if (type->rank > WICK_MAX_RANK) {
        return value_error(in, value, "has more than 16 dimensions");
    }
    if (!is_permutation(type)) {
        return value_error(in, value, "has a dim order that is no permutation");
    }
    // A symbol may be unbounded: the pass bound_sizes says so.
    return !wick_ir_type_is_static(type) || wick_ir_type_fits(type)
               ? WICK_OK
               : value_error(in, value, "has impossible sizes");
}

static wick_status define(const verifier *in, wick_ir_value *value)
{
    WICK_TRY(verify_type(in, value));
    if (wick_map_get(in->defined, value->name)) {
        return value_error(in, value, "is defined twice");
    }
    wick_map_put(in->defined, value->name, value);
    return WICK_OK;
}

// Inputs and constants: what no node makes.
static wick_status define_sources(const verifier *in)
{
    const wick_ir_graph *graph = in->graph;
    for (uint32_t i = 0; i < graph->input_count; i++) {
        if (graph->inputs[i]->kind != WICK_IR_INPUT) {
            return value_error(in, graph->inputs[i], "is an input of another kind");
        }
        WICK_TRY(define(in, graph->inputs[i]));
    }
    for (wick_ir_value *value = graph->values; value; value = value->next) {
        if (value->kind == WICK_IR_INPUT || value->kind == WICK_IR_RESULT) {
            continue;
        }
        if (!value->data && value->type.kind != WICK_VALUE_NONE && value->kind != WICK_IR_SCRATCH) {
            return value_error(in, value, "is a constant without data");
        }
        if ((uintptr_t)value->data % 16 != 0) {
            return value_error(in, value, "has data that is not 16-aligned");
        }
        WICK_TRY(define(in, value));
    }
    return WICK_OK;
}

static bool is_defined(const verifier *in, const wick_ir_value *value)
{
    return wick_map_get(in->defined, value->name) == value;
}

static bool list_fits(const wick_schema_type *type, wick_ir_arg_kind kind)
{
    switch (type->base) {
    case WICK_SCHEMA_TENSOR:
        return kind == WICK_IR_VALUES;
    case WICK_SCHEMA_INT:
        return kind == WICK_IR_INTS;
    case WICK_SCHEMA_FLOAT:
        return kind == WICK_IR_REALS;
    case WICK_SCHEMA_BOOL:
        return kind == WICK_IR_BOOLS;
    case WICK_SCHEMA_SCALAR:
        return kind == WICK_IR_INTS || kind == WICK_IR_REALS || kind == WICK_IR_BOOLS;
    case WICK_SCHEMA_STRING:
    case WICK_SCHEMA_DTYPE:
    case WICK_SCHEMA_IGNORED:
    case WICK_SCHEMA_GRAPH:
        return false;
    }
    return false;
}

static bool atom_fits(const wick_schema_type *type, wick_ir_arg_kind kind)
{
    const bool number = kind == WICK_IR_INT || kind == WICK_IR_REAL || kind == WICK_IR_BOOL;
    switch (type->base) {
    case WICK_SCHEMA_TENSOR: // a number may stand for a tensor until decompose has run
    case WICK_SCHEMA_SCALAR:
        return number || kind == WICK_IR_VALUE;
    case WICK_SCHEMA_INT:
        return kind == WICK_IR_INT || kind == WICK_IR_VALUE;
    case WICK_SCHEMA_FLOAT:
        return kind == WICK_IR_REAL || kind == WICK_IR_VALUE;
    case WICK_SCHEMA_BOOL:
        return kind == WICK_IR_BOOL || kind == WICK_IR_VALUE;
    case WICK_SCHEMA_STRING:
        return kind == WICK_IR_STRING;
    case WICK_SCHEMA_DTYPE:
        return kind == WICK_IR_DTYPE;
    case WICK_SCHEMA_IGNORED:
        return kind == WICK_IR_IGNORED;
    case WICK_SCHEMA_GRAPH:
        return kind == WICK_IR_GRAPH;
    }
    return false;
}

static bool arg_fits(const wick_ir_parameter *parameter, const wick_ir_arg *arg)
{
    wick_schema_type type;
    if (!wick_schema_type_parse(parameter->type, &type)) {
        return false;
    }
    if (arg->kind == WICK_IR_NONE) {
        return type.optional ||
               (parameter->has_default && parameter->default_arg.kind == WICK_IR_NONE);
    }
    return type.is_list ? list_fits(&type, arg->kind) : atom_fits(&type, arg->kind);
}

typedef struct use_check {
    const verifier *in;
    const wick_ir_value *undefined;
} use_check;

static void check_use(void *context, wick_ir_value **slot)
{
    use_check *check = context;
    if (!is_defined(check->in, *slot)) {
        check->undefined = *slot;
    }
}

static wick_status verify_args(const verifier *in, wick_ir_node *node)
{
    for (uint32_t i = 0; i < node->op->parameter_count; i++) {
        const wick_ir_parameter *parameter = &node->op->parameters[i];
        if (node->args[i].kind == WICK_IR_VALUE && !node->args[i].value) {
            return wick_ir_node_error(in->diag, node, WICK_INTERNAL, "argument '%s' is no value",
                                      parameter->name);
        }
        if (!arg_fits(parameter, &node->args[i])) {
            return wick_ir_node_error(in->diag, node, WICK_INTERNAL,
                                      "argument '%s' does not fit its type %s", parameter->name,
                                      parameter->type);
        }
    }
    use_check check = {in, NULL};
    wick_ir_node_each_value(node, check_use, &check);
    if (check.undefined) {
        return wick_ir_node_error(in->diag, node, WICK_INTERNAL,
                                  "uses '%s', which is not defined before", check.undefined->name);
    }
    return WICK_OK;
}

static wick_status verify_body(void *context, wick_ir_graph *body)
{
    const verifier *in = context;
    return wick_ir_verify(body, in->diag);
}

// Bodies are graphs of their own; bodies in bodies are as deep as the archive nests them.
static wick_status verify_bodies(const verifier *in, const wick_ir_node *node)
{
    wick_status status = WICK_OK;
    if (wick_control_of(node->op) == NULL) {
        return WICK_OK;
    }
    WICK_TRY(wick_control_verify(node, in->diag));
    wick_control_each_body(node, verify_body, (void *)(uintptr_t)in, &status);
    return status;
}

static wick_status verify_node(const verifier *in, wick_ir_node *node)
{
    WICK_TRY(verify_args(in, node));
    WICK_TRY(verify_bodies(in, node));
    if (node->op->return_count != 0 && node->output_count != node->op->return_count) {
        return wick_ir_node_error(in->diag, node, WICK_INTERNAL,
                                  "has %u results, the operator gives %u", node->output_count,
                                  node->op->return_count);
    }
    for (uint32_t i = 0; i < node->output_count; i++) {
        if (node->outputs[i]->producer != node || node->outputs[i]->kind != WICK_IR_RESULT) {
            return value_error(in, node->outputs[i], "is a result that names another producer");
        }
        WICK_TRY(define(in, node->outputs[i]));
    }
    return WICK_OK;
}

static wick_status verify_links(const verifier *in)
{
    const wick_ir_node *previous = NULL;
    for (const wick_ir_node *node = in->graph->first; node; node = node->next) {
        if (node->previous != previous) {
            return wick_ir_node_error(in->diag, node, WICK_INTERNAL, "is linked wrongly");
        }
        previous = node;
    }
    if (previous != in->graph->last) {
        return wick_diag_error(in->diag, WICK_INTERNAL, NULL, "graph '%s' ends at another node",
                               in->graph->name);
    }
    return WICK_OK;
}

// A graph writes to inputs and to buffers that say so, each once, what has their type.
static wick_status verify_writes(const verifier *in)
{
    const wick_ir_graph *graph = in->graph;
    const uint32_t returned = wick_ir_returned_count(graph);
    for (uint32_t i = 0; i < graph->written_count; i++) {
        const wick_ir_value *target = graph->written[i];
        const wick_ir_type *content = &graph->outputs[returned + i]->type;
        if (!is_defined(in, target) || (target->kind != WICK_IR_INPUT && !target->is_state)) {
            return value_error(in, target, "is written, but is neither an input nor state");
        }
        if (target->type.kind != WICK_VALUE_TENSOR || content->kind != WICK_VALUE_TENSOR ||
            content->dtype != target->type.dtype || content->rank != target->type.rank ||
            memcmp(content->sizes, target->type.sizes, content->rank * sizeof *content->sizes) !=
                0) {
            return value_error(in, target, "is written with another type");
        }
        for (uint32_t k = 0; k < i; k++) {
            if (graph->written[k] == target) {
                return value_error(in, target, "is written twice");
            }
        }
    }
    return WICK_OK;
}

wick_status wick_ir_verify(const wick_ir_graph *graph, wick_diag *diag)
{
    const verifier in = {graph, diag, wick_map_create(diag->arena)};
    WICK_TRY(verify_links(&in));
    WICK_TRY(define_sources(&in));
    for (wick_ir_node *node = graph->first; node; node = node->next) {
        WICK_TRY(verify_node(&in, node));
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (!is_defined(&in, graph->outputs[i])) {
            return value_error(&in, graph->outputs[i], "is an output that nothing defines");
        }
    }
    return verify_writes(&in);
}
