// SPDX-License-Identifier: BSD-3-Clause
// The tagged union Argument of torch/_export/serde/schema.py, one reader for each tag.
#include "compiler/import/nodes.h"
#include "compiler/import/scope.h"
#include "compiler/import/types.h"
#include "compiler/ir/schema.h"

#include <inttypes.h>
#include <string.h>

typedef struct reader {
    const wick_import *import;
    const wick_scope *scope;
    const wick_ir_node *node;
} reader;

static wick_status read_none(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    (void)r;
    (void)json;
    *out = wick_ir_arg_none();
    return WICK_OK;
}

static wick_status read_int(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_INT, r->import->diag));
    *out = wick_ir_arg_int(json->integer);
    return WICK_OK;
}

static wick_status read_bool(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_BOOL, r->import->diag));
    *out = wick_ir_arg_bool(json->boolean);
    return WICK_OK;
}

static wick_status read_real(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    double value = 0;
    WICK_TRY(wick_json_to_real(json, r->import->diag, &value));
    *out = wick_ir_arg_real(value);
    return WICK_OK;
}

// A complex Scalar: a constant without dimensions stands for it.
static wick_status read_complex(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_COMPLEX64, 0, NULL);
    double real = 0;
    double imaginary = 0;
    WICK_TRY(wick_json_get_real(json, "real", r->import->diag, &real));
    WICK_TRY(wick_json_get_real(json, "imag", r->import->diag, &imaginary));
    float *parts = wick_arena_alloc(r->import->arena, 2, sizeof *parts);
    parts[0] = (float)real;
    parts[1] = (float)imaginary;
    *out = wick_ir_arg_value(wick_ir_constant_create(r->import->graph, "complex", &type, parts));
    return WICK_OK;
}

static wick_status read_string(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_STRING, r->import->diag));
    *out = wick_ir_arg_string(json->string);
    return WICK_OK;
}

static wick_status read_dtype(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    uint32_t dtype = 0;
    WICK_TRY(wick_json_expect(json, WICK_JSON_INT, r->import->diag));
    if (!wick_dtype_from_serde(json->integer, &dtype)) {
        return wick_ir_node_error(r->import->diag, r->node, WICK_NOT_SUPPORTED,
                                  "dtype %s (serde code %" PRId64 ") is not supported",
                                  wick_serde_dtype_name(json->integer), json->integer);
    }
    *out = (wick_ir_arg){.kind = WICK_IR_DTYPE, .integer = dtype};
    return WICK_OK;
}

// Memory format, layout, device: values do not depend on them.
static wick_status read_ignored(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    (void)r;
    *out = (wick_ir_arg){.kind = WICK_IR_IGNORED};
    out->integer = json->kind == WICK_JSON_INT ? json->integer : 0;
    return WICK_OK;
}

static wick_status find_value(const reader *r, const wick_json *json, const char *key,
                              wick_ir_value **out)
{
    const char *name = NULL;
    WICK_TRY(wick_json_get_string(json, key, r->import->diag, &name));
    return wick_scope_find(r->import, r->scope, json, name, out);
}

static wick_status read_tensor(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    wick_ir_value *value = NULL;
    WICK_TRY(find_value(r, json, "name", &value));
    *out = wick_ir_arg_value(value);
    return WICK_OK;
}

// {as_name} or {as_int}, {as_float}, {as_bool}
static wick_status read_symbolic(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    const wick_json *payload = NULL;
    wick_ir_value *value = NULL;
    WICK_TRY(wick_import_union(r->import, json, &payload));
    if (strcmp(payload->key, "as_int") == 0) {
        return read_int(r, payload, out);
    }
    if (strcmp(payload->key, "as_float") == 0) {
        return read_real(r, payload, out);
    }
    if (strcmp(payload->key, "as_bool") == 0) {
        return read_bool(r, payload, out);
    }
    WICK_TRY(find_value(r, json, "as_name", &value));
    if (value->kind == WICK_IR_RESULT && value->producer == NULL &&
        value->type.kind != WICK_VALUE_INT) {
        return wick_ir_node_error(r->import->diag, r->node, WICK_NOT_SUPPORTED,
                                  "takes the number '%s', which an unsupported operator computes",
                                  value->name);
    }
    // An int is what it stands for: the pass compute_sizes gives it a value again.
    *out = value->type.kind == WICK_VALUE_INT ? wick_ir_arg_int(value->type.sizes[0])
                                              : wick_ir_arg_value(value);
    return WICK_OK;
}

// {as_tensor{name}} or {as_none}
static wick_status read_optional_tensor(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    const wick_json *payload = NULL;
    WICK_TRY(wick_import_union(r->import, json, &payload));
    return strcmp(payload->key, "as_none") == 0 ? read_none(r, payload, out)
                                                : read_tensor(r, payload, out);
}

static wick_status read_values(const reader *r, const wick_json *json, wick_ir_arg *out,
                               bool optional)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_ARRAY, r->import->diag));
    wick_ir_value **values = wick_arena_alloc(r->import->arena, json->count, sizeof *values);
    for (uint32_t k = 0; k < json->count; k++) {
        wick_ir_arg item;
        WICK_TRY(optional ? read_optional_tensor(r, &json->items[k], &item)
                          : read_tensor(r, &json->items[k], &item));
        values[k] = item.kind == WICK_IR_VALUE ? item.value : NULL;
    }
    *out = (wick_ir_arg){.kind = WICK_IR_VALUES, .count = json->count, .list = {.values = values}};
    return WICK_OK;
}

static wick_status read_tensors(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    return read_values(r, json, out, false);
}

static wick_status read_optional_tensors(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    return read_values(r, json, out, true);
}

static wick_status read_ints(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_ARRAY, r->import->diag));
    int64_t *ints = wick_arena_alloc(r->import->arena, json->count, sizeof *ints);
    for (uint32_t k = 0; k < json->count; k++) {
        WICK_TRY(wick_json_expect(&json->items[k], WICK_JSON_INT, r->import->diag));
        ints[k] = json->items[k].integer;
    }
    *out = (wick_ir_arg){.kind = WICK_IR_INTS, .count = json->count, .list = {.ints = ints}};
    return WICK_OK;
}

static wick_status read_symbolic_ints(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_ARRAY, r->import->diag));
    int64_t *ints = wick_arena_alloc(r->import->arena, json->count, sizeof *ints);
    for (uint32_t k = 0; k < json->count; k++) {
        wick_ir_arg item;
        WICK_TRY(read_symbolic(r, &json->items[k], &item));
        if (item.kind != WICK_IR_INT) {
            return wick_json_error(&json->items[k], r->import->diag, WICK_INVALID_PROGRAM,
                                   "expected an integer");
        }
        ints[k] = item.integer;
    }
    *out = (wick_ir_arg){.kind = WICK_IR_INTS, .count = json->count, .list = {.ints = ints}};
    return WICK_OK;
}

static wick_status read_reals(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_ARRAY, r->import->diag));
    double *reals = wick_arena_alloc(r->import->arena, json->count, sizeof *reals);
    for (uint32_t k = 0; k < json->count; k++) {
        WICK_TRY(wick_json_to_real(&json->items[k], r->import->diag, &reals[k]));
    }
    *out = (wick_ir_arg){.kind = WICK_IR_REALS, .count = json->count, .reals = reals};
    return WICK_OK;
}

static wick_status read_bools(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    WICK_TRY(wick_json_expect(json, WICK_JSON_ARRAY, r->import->diag));
    bool *booleans = wick_arena_alloc(r->import->arena, json->count, sizeof *booleans);
    for (uint32_t k = 0; k < json->count; k++) {
        WICK_TRY(wick_json_expect(&json->items[k], WICK_JSON_BOOL, r->import->diag));
        booleans[k] = json->items[k].boolean;
    }
    *out = (wick_ir_arg){.kind = WICK_IR_BOOLS, .count = json->count, .booleans = booleans};
    return WICK_OK;
}

static wick_status read_graph(const reader *r, const wick_json *json, wick_ir_arg *out)
{
    out->kind = WICK_IR_GRAPH;
    return wick_import_body(r->import, json, &out->graph);
}

static const struct {
    const char *tag;
    wick_status (*read)(const reader *r, const wick_json *json, wick_ir_arg *out);
} readers[] = {
    {"as_none", read_none},
    {"as_tensor", read_tensor},
    {"as_tensors", read_tensors},
    {"as_optional_tensor", read_optional_tensor},
    {"as_optional_tensors", read_optional_tensors},
    {"as_int", read_int},
    {"as_ints", read_ints},
    {"as_sym_int", read_symbolic},
    {"as_sym_ints", read_symbolic_ints},
    {"as_float", read_real},
    {"as_floats", read_reals},
    {"as_sym_float", read_symbolic},
    {"as_complex", read_complex},
    {"as_bool", read_bool},
    {"as_bools", read_bools},
    {"as_sym_bool", read_symbolic},
    {"as_string", read_string},
    {"as_graph", read_graph},
    {"as_scalar_type", read_dtype},
    {"as_memory_format", read_ignored},
    {"as_layout", read_ignored},
    {"as_device", read_ignored},
};

static wick_status read_union(const reader *r, const wick_ir_parameter *parameter,
                              const wick_json *json, wick_ir_arg *out)
{
    const wick_json *payload = NULL;
    WICK_TRY(wick_import_union(r->import, json, &payload));
    for (size_t k = 0; k < sizeof readers / sizeof *readers; k++) {
        if (strcmp(readers[k].tag, payload->key) == 0) {
            return readers[k].read(r, payload, out);
        }
    }
    return wick_ir_node_error(r->import->diag, r->node, WICK_NOT_SUPPORTED,
                              "argument '%s' is of a kind that Wick does not read (%s)",
                              parameter->name, payload->key);
}

static wick_ir_arg_kind list_kind(wick_schema_base base)
{
    switch (base) {
    case WICK_SCHEMA_TENSOR:
        return WICK_IR_VALUES;
    case WICK_SCHEMA_FLOAT:
    case WICK_SCHEMA_SCALAR:
        return WICK_IR_REALS;
    case WICK_SCHEMA_BOOL:
        return WICK_IR_BOOLS;
    case WICK_SCHEMA_INT:
    case WICK_SCHEMA_STRING:
    case WICK_SCHEMA_DTYPE:
    case WICK_SCHEMA_IGNORED:
    case WICK_SCHEMA_GRAPH:
        return WICK_IR_INTS;
    }
    return WICK_IR_NONE;
}

static bool is_list(const wick_ir_arg *arg)
{
    return arg->kind == WICK_IR_VALUES || arg->kind == WICK_IR_INTS || arg->kind == WICK_IR_REALS ||
           arg->kind == WICK_IR_BOOLS;
}

static wick_ir_arg repeat_int(wick_arena *arena, int64_t value, uint32_t count)
{
    int64_t *ints = wick_arena_alloc(arena, count, sizeof *ints);
    for (uint32_t k = 0; k < count; k++) {
        ints[k] = value;
    }
    return (wick_ir_arg){.kind = WICK_IR_INTS, .count = count, .list = {.ints = ints}};
}

static wick_ir_arg reals_from_ints(wick_arena *arena, const wick_ir_arg *from)
{
    double *reals = wick_arena_alloc(arena, from->count, sizeof *reals);
    for (uint32_t k = 0; k < from->count; k++) {
        reals[k] = (double)from->list.ints[k];
    }
    return (wick_ir_arg){.kind = WICK_IR_REALS, .count = from->count, .reals = reals};
}

// Python writes 1 for 1.0, 2 for [2, 2], and an empty list of any tag.
static wick_ir_arg adapt(wick_arena *arena, const wick_schema_type *type, const wick_ir_arg *arg)
{
    if (is_list(arg) && type->is_list && arg->count == 0) {
        return (wick_ir_arg){.kind = list_kind(type->base)};
    }
    if (arg->kind == WICK_IR_INT && type->is_list && type->base == WICK_SCHEMA_INT) {
        return repeat_int(arena, arg->integer, type->length ? type->length : 1);
    }
    if (arg->kind == WICK_IR_INT && !type->is_list && type->base == WICK_SCHEMA_FLOAT) {
        return wick_ir_arg_real((double)arg->integer);
    }
    if (arg->kind == WICK_IR_INTS && !arg->list.values && type->is_list &&
        type->base == WICK_SCHEMA_FLOAT) {
        return reals_from_ints(arena, arg);
    }
    return *arg;
}

wick_status wick_import_argument(const wick_import *import, const wick_scope *scope,
                                 const wick_ir_node *node, const wick_ir_parameter *parameter,
                                 const wick_json *json, wick_ir_arg *out)
{
    const reader r = {import, scope, node};
    wick_schema_type type;
    wick_ir_arg arg;
    WICK_TRY(read_union(&r, parameter, json, &arg));
    *out = wick_schema_type_parse(parameter->type, &type) ? adapt(import->arena, &type, &arg) : arg;
    return WICK_OK;
}
