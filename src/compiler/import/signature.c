// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/signature.h"

#include "base/bytes.h"
#include "compiler/import/weights.h"

#include <string.h>

enum { ALIGNMENT = 16 };

// Input specs that name a stored tensor.
typedef struct stored_spec {
    const char *tag;
    const char *name_key;
    const char *what;
    wick_ir_value_kind kind;
} stored_spec;

static const stored_spec stored_specs[] = {
    {"parameter", "parameter_name", "parameter", WICK_IR_PARAMETER},
    {"buffer", "buffer_name", "buffer", WICK_IR_BUFFER},
    {"tensor_constant", "tensor_constant_name", "constant", WICK_IR_CONSTANT},
};

static const stored_spec *find_stored_spec(const char *tag)
{
    for (size_t k = 0; k < sizeof stored_specs / sizeof *stored_specs; k++) {
        if (strcmp(stored_specs[k].tag, tag) == 0) {
            return &stored_specs[k];
        }
    }
    return NULL;
}

static bool same_shape(const wick_ir_type *a, const wick_strided *b)
{
    return a->dtype == b->dtype && a->rank == b->rank &&
           memcmp(a->sizes, b->sizes, b->rank * sizeof *b->sizes) == 0;
}

// Non-persistent buffers and tensor constants lie beside the state dict.
static wick_status read_source(const wick_import *import, const stored_spec *row,
                               const wick_json *spec, bool *persistent, wick_weights_source *out)
{
    *persistent = row->kind == WICK_IR_PARAMETER;
    if (row->kind == WICK_IR_BUFFER) {
        WICK_TRY(wick_json_get_bool(spec, "persistent", import->diag, persistent));
    }
    *out = *persistent ? WICK_STATE_DICT : WICK_CONSTANTS;
    return WICK_OK;
}

static wick_status import_stored(const wick_import *import, const wick_scope *scope,
                                 wick_weights *weights, const stored_spec *row,
                                 const wick_json *spec)
{
    const wick_json *argument = NULL;
    const char *name = NULL;
    const char *qualified = NULL;
    wick_tensor_meta meta;
    wick_weights_source source = WICK_STATE_DICT;
    bool persistent = false;
    const uint8_t *data = NULL;
    wick_ir_type type;
    WICK_TRY(wick_json_member(spec, "arg", WICK_JSON_OBJECT, import->diag, &argument));
    WICK_TRY(wick_json_get_string(argument, "name", import->diag, &name));
    WICK_TRY(wick_json_get_string(spec, row->name_key, import->diag, &qualified));
    WICK_TRY(read_source(import, row, spec, &persistent, &source));
    const char *what = wick_arena_format(import->arena, "%s '%s'", row->what, qualified);
    WICK_TRY(wick_weights_find(weights, source, qualified, what, &meta, &data));

    wick_json as_tensor = *argument;
    as_tensor.key = "as_tensor";
    WICK_TRY(wick_scope_type(import, scope, &as_tensor, &type));
    type = wick_ir_type_tensor((wick_dtype)type.dtype, type.rank, type.sizes); // the data is dense
    if (!same_shape(&type, &meta.view)) {
        return wick_json_error(spec, import->diag, WICK_INVALID_PROGRAM,
                               "%s has another shape or dtype in the graph than in the weights",
                               what);
    }
    wick_ir_value *value = wick_ir_value_create(import->graph, name, row->kind, &type);
    value->qualified_name = qualified;
    value->data = data;
    value->persistent = persistent;
    return wick_scope_bind(import, scope, argument, name, value);
}

static void add_input(const wick_import *import, wick_ir_value *value)
{
    import->graph->inputs[import->graph->input_count++] = value;
}

static wick_status import_value_input(const wick_import *import, const wick_scope *scope,
                                      const wick_json *payload)
{
    wick_ir_type type;
    const char *name = wick_scope_name(payload);
    WICK_TRY(wick_scope_type(import, scope, payload, &type));
    wick_import_settle_order(&type);
    wick_ir_value *value = wick_ir_value_create(import->graph, name, WICK_IR_INPUT, &type);
    add_input(import, value);
    return wick_scope_bind(import, scope, payload, name, value);
}

static const uint8_t *store_u64(const wick_import *import, uint64_t bits)
{
    uint8_t *data = wick_arena_alloc(import->arena, 1, ALIGNMENT);
    wick_store_u64(data, bits);
    return data;
}

static uint64_t bits_of(double real)
{
    uint64_t bits = 0;
    memcpy(&bits, &real, sizeof bits);
    return bits;
}

// The fixed value of a scalar argument: as_none, as_int, as_bool, as_float.
static wick_status read_fixed(const wick_import *import, const wick_json *payload,
                              wick_ir_type *type, const uint8_t **data)
{
    const char *tag = payload->key;
    *type = (wick_ir_type){.kind = WICK_VALUE_NONE};
    *data = NULL;
    if (strcmp(tag, "as_none") == 0) {
        return WICK_OK;
    }
    if (strcmp(tag, "as_float") == 0) {
        double real = 0;
        WICK_TRY(wick_json_to_real(payload, import->diag, &real));
        *type = (wick_ir_type){.kind = WICK_VALUE_REAL, .dtype = WICK_FLOAT64};
        *data = store_u64(import, bits_of(real));
        return WICK_OK;
    }
    if (strcmp(tag, "as_int") == 0 && payload->kind == WICK_JSON_INT) {
        *type = (wick_ir_type){.kind = WICK_VALUE_INT, .dtype = WICK_INT64};
        *data = store_u64(import, (uint64_t)payload->integer);
        return WICK_OK;
    }
    if (strcmp(tag, "as_bool") == 0 && payload->kind == WICK_JSON_BOOL) {
        *type = (wick_ir_type){.kind = WICK_VALUE_BOOL, .dtype = WICK_BOOL};
        *data = store_u64(import, payload->boolean ? 1 : 0);
        return WICK_OK;
    }
    return wick_json_error(payload, import->diag, WICK_NOT_SUPPORTED,
                           "inputs and outputs of the kind '%s' are not supported; take and return tensors, "
                           "numbers and None",
                           tag);
}

// An input that the export fixed: it stays an input of its value.
static wick_status import_fixed_input(const wick_import *import, const wick_json *payload,
                                      const char *name)
{
    wick_ir_type type;
    const uint8_t *data = NULL;
    WICK_TRY(read_fixed(import, payload, &type, &data));
    wick_ir_value *value = wick_ir_value_create(import->graph, name, WICK_IR_INPUT, &type);
    value->data = data;
    add_input(import, value);
    return WICK_OK;
}

// constant_input{name, value}
static wick_status import_constant_input(const wick_import *import, const wick_json *spec)
{
    const char *name = NULL;
    const wick_json *value = NULL;
    const wick_json *payload = NULL;
    WICK_TRY(wick_json_get_string(spec, "name", import->diag, &name));
    WICK_TRY(wick_json_member(spec, "value", WICK_JSON_OBJECT, import->diag, &value));
    WICK_TRY(wick_import_union(import, value, &payload));
    return import_fixed_input(import, payload, name);
}

// user_input{arg}
static wick_status import_user_input(const wick_import *import, const wick_scope *scope,
                                     const wick_json *spec)
{
    const wick_json *argument = NULL;
    const wick_json *payload = NULL;
    WICK_TRY(wick_json_member(spec, "arg", WICK_JSON_OBJECT, import->diag, &argument));
    WICK_TRY(wick_import_union(import, argument, &payload));
    return wick_scope_name(payload) ? import_value_input(import, scope, payload)
                                    : import_fixed_input(import, payload, "arg");
}

static wick_status import_input(const wick_import *import, const wick_scope *scope,
                                wick_weights *weights, const wick_json *json)
{
    const wick_json *spec = NULL;
    WICK_TRY(wick_import_union(import, json, &spec));
    const stored_spec *row = find_stored_spec(spec->key);
    if (row) {
        return import_stored(import, scope, weights, row, spec);
    }
    if (strcmp(spec->key, "user_input") == 0) {
        return import_user_input(import, scope, spec);
    }
    if (strcmp(spec->key, "constant_input") == 0) {
        return import_constant_input(import, spec);
    }
    if (strcmp(spec->key, "token") == 0) {
        return WICK_OK; // an order of effects: nodes keep theirs
    }
    return wick_json_error(
        spec, import->diag, WICK_NOT_SUPPORTED,
        "inputs of the kind '%s' (script objects) are not supported", spec->key);
}

wick_status wick_import_inputs(const wick_import *import, const wick_scope *scope)
{
    const wick_json *specs = NULL;
    wick_weights weights;
    WICK_TRY(wick_weights_open(import, &weights));
    WICK_TRY(
        wick_json_member(import->signature, "input_specs", WICK_JSON_ARRAY, import->diag, &specs));
    import->graph->inputs = wick_arena_alloc(import->arena, specs->count, sizeof(wick_ir_value *));
    for (uint32_t k = 0; k < specs->count; k++) {
        WICK_TRY(import_input(import, scope, &weights, &specs->items[k]));
    }
    return WICK_OK;
}

static void add_output(const wick_import *import, wick_ir_value *value)
{
    import->graph->outputs[import->graph->output_count++] = value;
}

// A result that the export fixed: a number or None.
static wick_status import_fixed_output(const wick_import *import, const wick_json *payload)
{
    wick_ir_type type;
    const uint8_t *data = NULL;
    WICK_TRY(read_fixed(import, payload, &type, &data));
    add_output(import, wick_ir_constant_create(import->graph, "result", &type, data));
    return WICK_OK;
}

// A number that no node computes: what an operator without a row gives, known by its expression.
static bool is_only_expression(const wick_ir_value *value)
{
    return value->kind == WICK_IR_RESULT && value->producer == NULL &&
           value->type.kind == WICK_VALUE_INT;
}

static wick_ir_value *compute_expression(const wick_import *import, const wick_ir_value *value)
{
    wick_ir_node *node =
        wick_ir_node_create(import->graph, NULL, wick_ir_op_find("executorch_prim::add.Scalar"),
                            &value->type, NULL);
    node->args[0] = wick_ir_arg_int(value->type.sizes[0]);
    node->args[1] = wick_ir_arg_int(0);
    return node->outputs[0];
}

static wick_status import_user_output(const wick_import *import, const wick_scope *scope,
                                      const wick_json *spec)
{
    const wick_json *argument = NULL;
    const wick_json *payload = NULL;
    wick_ir_value *value = NULL;
    WICK_TRY(wick_json_member(spec, "arg", WICK_JSON_OBJECT, import->diag, &argument));
    WICK_TRY(wick_import_union(import, argument, &payload));
    const char *name = wick_scope_name(payload);
    if (!name) {
        return import_fixed_output(import, payload);
    }
    WICK_TRY(wick_scope_find(import, scope, payload, name, &value));
    wick_import_settle_order(&value->type);
    add_output(import, is_only_expression(value) ? compute_expression(import, value) : value);
    return WICK_OK;
}

static wick_status refuse_output(const wick_import *import, const wick_json *spec)
{
    static const struct {
        const char *tag;
        const char *name_key;
        const char *before;
        const char *after;
    } refusals[] = {
        {"parameter_mutation", "parameter_name", "mutates parameter",
         "keep what changes in a buffer (register_buffer)"},
        {"gradient_to_parameter", "parameter_name", "computes the gradient of",
         "export it for inference"},
        {"gradient_to_user_input", "user_input_name", "computes the gradient of",
         "export it for inference"},
    };
    for (size_t k = 0; k < sizeof refusals / sizeof *refusals; k++) {
        if (strcmp(refusals[k].tag, spec->key) == 0) {
            const char *name = NULL;
            WICK_TRY(wick_json_get_string(spec, refusals[k].name_key, import->diag, &name));
            return wick_diag_error(import->diag, WICK_NOT_SUPPORTED, import->archive->path,
                                   "the model %s '%s'; %s", refusals[k].before, name,
                                   refusals[k].after);
        }
    }
    return wick_json_error(spec, import->diag, WICK_NOT_SUPPORTED,
                           "outputs of the kind '%s' are not supported", spec->key);
}

// The buffer of that name in the state dict.
static wick_status find_buffer(const wick_import *import, const wick_json *spec, const char *name,
                               wick_ir_value **out)
{
    for (wick_ir_value *value = import->graph->values; value != NULL; value = value->next) {
        if (value->kind == WICK_IR_BUFFER && value->qualified_name != NULL &&
            strcmp(value->qualified_name, name) == 0) {
            value->is_state = true;
            *out = value;
            return WICK_OK;
        }
    }
    return wick_json_error(spec, import->diag, WICK_INVALID_PROGRAM,
                           "the model writes to '%s', which is no buffer of it", name);
}

// copy_ broadcasts, and the archive may name what it copied.
static wick_ir_value *broadcast_to(const wick_import *import, wick_ir_value *content,
                                   const wick_ir_type *target)
{
    const wick_ir_type *type = &content->type;
    if (type->kind != WICK_VALUE_TENSOR || type->rank > target->rank ||
        (type->rank == target->rank &&
         memcmp(type->sizes, target->sizes, type->rank * sizeof *type->sizes) == 0)) {
        return content;
    }
    wick_ir_type wanted = wick_ir_type_tensor((wick_dtype)type->dtype, target->rank, target->sizes);
    wanted.symbols = target->symbols;
    wick_ir_node *node = wick_ir_node_create(import->graph, NULL, wick_ir_op_find("aten::expand"),
                                             &wanted, content->producer);
    node->args[0] = wick_ir_arg_value(content);
    node->args[1] = wick_ir_arg_ints(import->graph, target->sizes, target->rank);
    return node->outputs[0];
}

// buffer_mutation{arg{name}, buffer_name}, user_input_mutation{arg{name}, user_input_name}
static wick_status import_write(const wick_import *import, const wick_scope *scope,
                                const wick_json *spec)
{
    const bool is_buffer = strcmp(spec->key, "buffer_mutation") == 0;
    const wick_json *argument = NULL;
    const char *content_name = NULL;
    const char *target_name = NULL;
    wick_ir_value *content = NULL;
    wick_ir_value *target = NULL;
    WICK_TRY(wick_json_member(spec, "arg", WICK_JSON_OBJECT, import->diag, &argument));
    WICK_TRY(wick_json_get_string(argument, "name", import->diag, &content_name));
    WICK_TRY(wick_json_get_string(spec, is_buffer ? "buffer_name" : "user_input_name", import->diag,
                                  &target_name));
    WICK_TRY(wick_scope_find(import, scope, argument, content_name, &content));
    WICK_TRY(is_buffer ? find_buffer(import, spec, target_name, &target)
                       : wick_scope_find(import, scope, spec, target_name, &target));
    if (target->kind != WICK_IR_INPUT && target->kind != WICK_IR_BUFFER) {
        return wick_json_error(spec, import->diag, WICK_INVALID_PROGRAM,
                               "the model writes to '%s', which is no input of it", target_name);
    }
    wick_ir_add_write(import->graph, target, broadcast_to(import, content, &target->type));
    return WICK_OK;
}

static bool is_write(const wick_json *spec)
{
    return strcmp(spec->key, "buffer_mutation") == 0 ||
           strcmp(spec->key, "user_input_mutation") == 0;
}

// Whether a parameter is written with what each call finds again: see wick_ir_renormed_parameter.
static bool is_idle_write(const wick_import *import, const wick_scope *scope, const wick_json *spec)
{
    const wick_json *argument = NULL;
    const char *name = NULL;
    wick_ir_value *content = NULL;
    return strcmp(spec->key, "parameter_mutation") == 0 &&
           wick_json_member(spec, "arg", WICK_JSON_OBJECT, import->diag, &argument) == WICK_OK &&
           wick_json_get_string(argument, "name", import->diag, &name) == WICK_OK &&
           wick_scope_find(import, scope, argument, name, &content) == WICK_OK &&
           wick_ir_renormed_parameter(import->graph, content) != NULL;
}

static wick_status import_output(const wick_import *import, const wick_scope *scope,
                                 const wick_json *spec)
{
    return strcmp(spec->key, "user_output") == 0 ? import_user_output(import, scope, spec)
                                                 : refuse_output(import, spec);
}

// What the model returns first, then what it writes.
wick_status wick_import_outputs(const wick_import *import, const wick_scope *scope)
{
    const wick_json *specs = NULL;
    WICK_TRY(
        wick_json_member(import->signature, "output_specs", WICK_JSON_ARRAY, import->diag, &specs));
    import->graph->outputs = wick_arena_alloc(import->arena, specs->count, sizeof(wick_ir_value *));
    for (uint32_t k = 0; k < 2 * specs->count; k++) {
        const wick_json *spec = NULL;
        const bool is_second_round = k >= specs->count;
        WICK_TRY(wick_import_union(import, &specs->items[k % specs->count], &spec));
        if (strcmp(spec->key, "token") == 0 || is_idle_write(import, scope, spec)) {
            continue;
        }
        if (is_write(spec) == is_second_round) {
            WICK_TRY(is_second_round ? import_write(import, scope, spec)
                                     : import_output(import, scope, spec));
        }
    }
    return WICK_OK;
}
