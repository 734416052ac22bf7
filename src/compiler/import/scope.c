// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/scope.h"

#include "compiler/import/types.h"

#include <string.h>

wick_scope wick_scope_create(const wick_import *import, const wick_json *graph)
{
    return (wick_scope){.graph = graph, .names = wick_map_create(import->arena)};
}

wick_status wick_scope_bind(const wick_import *import, const wick_scope *scope,
                            const wick_json *json, const char *name, wick_ir_value *value)
{
    if (wick_map_get(scope->names, name)) {
        return wick_json_error(json, import->diag, WICK_INVALID_PROGRAM,
                               "value '%s' is defined twice", name);
    }
    wick_map_put(scope->names, name, value);
    return WICK_OK;
}

wick_status wick_scope_find(const wick_import *import, const wick_scope *scope,
                            const wick_json *json, const char *name, wick_ir_value **out)
{
    *out = wick_map_get(scope->names, name);
    if (!*out) {
        return wick_json_error(json, import->diag, WICK_INVALID_PROGRAM,
                               "value '%s' is used but not defined before", name);
    }
    return WICK_OK;
}

// How an argument refers to a value, by its tag.
typedef struct reference {
    const char *tag;
    const char *name_key;
    const char *table; // member of the graph that describes the name
    wick_value_kind kind;
    wick_dtype dtype; // of a scalar
} reference;

static const reference references[] = {
    {"as_tensor", "name", "tensor_values", WICK_VALUE_TENSOR, WICK_UINT8},
    {"as_sym_int", "as_name", "sym_int_values", WICK_VALUE_INT, WICK_INT64},
    {"as_sym_float", "as_name", "sym_float_values", WICK_VALUE_REAL, WICK_FLOAT64},
    {"as_sym_bool", "as_name", "sym_bool_values", WICK_VALUE_BOOL, WICK_BOOL},
};

static const reference *find_reference(const wick_json *payload)
{
    for (size_t k = 0; k < sizeof references / sizeof *references; k++) {
        if (strcmp(references[k].tag, payload->key) == 0) {
            return &references[k];
        }
    }
    return NULL;
}

const char *wick_scope_name(const wick_json *payload)
{
    const reference *row = find_reference(payload);
    const wick_json *name = row ? wick_json_find(payload, row->name_key) : NULL;
    return name && name->kind == WICK_JSON_STRING ? name->string : NULL;
}

// A scalar has one expression where a tensor has one for each dimension. That of a real or a bool
// is nothing but a name.
static wick_status symbolic_type(const wick_import *import, const wick_json *json,
                                 const reference *row, wick_ir_type *out)
{
    const wick_json *payload = NULL;
    int64_t ignored = 0;
    *out = (wick_ir_type){.kind = row->kind, .dtype = (uint8_t)row->dtype};
    out->symbols = import->graph->sizes;
    if (row->kind == WICK_VALUE_INT) {
        return wick_import_sym_int(import, json, &out->sizes[0], &ignored);
    }
    WICK_TRY(wick_import_union(import, json, &payload));
    const wick_json *text = wick_json_find(payload, "expr_str");
    if (text) {
        WICK_TRY(wick_json_expect(text, WICK_JSON_STRING, import->diag));
        out->sizes[0] = wick_size_opaque(import->graph->sizes, text->string);
    }
    return WICK_OK;
}

wick_status wick_scope_type(const wick_import *import, const wick_scope *scope,
                            const wick_json *payload, wick_ir_type *out)
{
    const reference *row = find_reference(payload);
    const char *name = wick_scope_name(payload);
    const wick_json *table = NULL;
    const wick_json *entry = NULL;
    wick_tensor_meta meta;
    if (!name) {
        return wick_json_error(payload, import->diag, WICK_INVALID_PROGRAM,
                               "expected the name of a value");
    }
    WICK_TRY(wick_json_member(scope->graph, row->table, WICK_JSON_OBJECT, import->diag, &table));
    WICK_TRY(wick_json_member(table, name, WICK_JSON_OBJECT, import->diag, &entry));
    if (row->kind != WICK_VALUE_TENSOR) {
        return symbolic_type(import, entry, row, out);
    }
    const char *what = wick_arena_format(import->arena, "value '%s'", name);
    WICK_TRY(wick_import_tensor_meta(import, what, entry, &meta));
    *out = wick_import_tensor_type(import, &meta);
    wick_import_keep_order(&meta, out);
    return WICK_OK;
}
