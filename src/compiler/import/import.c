// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/import/import.h"

#include "compiler/import/guards.h"
#include "compiler/import/nodes.h"
#include "compiler/import/signature.h"
#include "compiler/import/target.h"

#include <inttypes.h>
#include <string.h>

enum { SCHEMA_MAJOR = 8 };

static wick_status check_version(const wick_import *import, const wick_json *program)
{
    const wick_json *version = NULL;
    int64_t major = 0;
    WICK_TRY(wick_json_member(program, "schema_version", WICK_JSON_OBJECT, import->diag, &version));
    WICK_TRY(wick_json_get_int(version, "major", import->diag, &major));
    if (major != SCHEMA_MAJOR) {
        const wick_json *torch = wick_json_find(program, "torch_version");
        return wick_diag_error(import->diag, WICK_NOT_SUPPORTED, import->archive->path,
                               "the graph has schema version %" PRId64
                               " (torch %s), expected %d; save it with torch 2.13",
                               major,
                               torch && torch->kind == WICK_JSON_STRING ? torch->string : "unknown",
                               SCHEMA_MAJOR);
    }
    return WICK_OK;
}

// `verifiers` is ["TRAINING"] straight from torch.export.export.
static bool is_training(const wick_json *program)
{
    const wick_json *verifiers = wick_json_find(program, "verifiers");
    if (!verifiers || verifiers->kind != WICK_JSON_ARRAY || verifiers->count == 0) {
        return false;
    }
    return verifiers->items->kind == WICK_JSON_STRING &&
           strcmp(verifiers->items->string, "TRAINING") == 0;
}

static int64_t bound(const wick_json *constraint, const char *key, int64_t unbounded)
{
    const wick_json *value = wick_json_find(constraint, key);
    return value && value->kind == WICK_JSON_INT ? value->integer : unbounded;
}

static bool is_symbol_name(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789";
    return name[0] > '9' && name[strspn(name, letters)] == 0;
}

// range_constraints: symbol -> {min_val, max_val}, null where unbounded. Those of expressions
// follow from those of their symbols.
static wick_status import_symbols(const wick_import *import, const wick_json *program)
{
    const wick_json *ranges = NULL;
    WICK_TRY(
        wick_json_member(program, "range_constraints", WICK_JSON_OBJECT, import->diag, &ranges));
    for (uint32_t k = 0; k < ranges->count; k++) {
        const char *name = ranges->items[k].key;
        if (!is_symbol_name(name)) {
            continue;
        }
        wick_ir_symbol *symbol = wick_sizes_symbol(import->graph->sizes, name);
        symbol->minimum = bound(&ranges->items[k], "min_val", -WICK_SIZE_UNBOUNDED);
        symbol->maximum = bound(&ranges->items[k], "max_val", WICK_SIZE_UNBOUNDED);
        symbol->hint = symbol->minimum;
    }
    return WICK_OK;
}

static void copy_text(const wick_json *object, const char *key, const char **out)
{
    const wick_json *text = wick_json_find(object, key);
    if (text && text->kind == WICK_JSON_STRING) {
        *out = text->string;
    }
}

// The whole model's entry in module_call_graph has an empty name; its specs say how inputs and
// outputs nest.
static void import_specs(const wick_import *import, const wick_json *graph_module)
{
    const wick_json *calls = wick_json_find(graph_module, "module_call_graph");
    for (uint32_t k = 0; calls && calls->kind == WICK_JSON_ARRAY && k < calls->count; k++) {
        const wick_json *name = wick_json_find(&calls->items[k], "fqn");
        const wick_json *signature = wick_json_find(&calls->items[k], "signature");
        if (signature && name && name->kind == WICK_JSON_STRING && *name->string == '\0') {
            copy_text(signature, "in_spec", &import->graph->input_spec);
            copy_text(signature, "out_spec", &import->graph->output_spec);
            return;
        }
    }
}

static wick_status import_graph(const wick_import *import, const wick_json *program)
{
    const wick_scope scope = wick_scope_create(import, import->graph_json);
    WICK_TRY(wick_import_check_operators(import, import->graph_json));
    WICK_TRY(wick_import_inputs(import, &scope));
    WICK_TRY(wick_import_guards(import, program));
    WICK_TRY(wick_import_nodes(import, &scope));
    return wick_import_outputs(import, &scope);
}

// What wick_ir_verify finds in a fresh graph is the archive's fault: arguments that do not fit the
// schema.
static wick_status verify(const wick_import *import)
{
    wick_diag found = {.arena = import->arena};
    if (wick_ir_verify(import->graph, &found) == WICK_OK) {
        return WICK_OK;
    }
    const char *where = found.first->where ? found.first->where : import->archive->path;
    return wick_diag_error(import->diag, WICK_INVALID_PROGRAM, where, "%s", found.first->text);
}

static wick_status import_program(wick_import *import)
{
    const char *model = import->archive->model;
    const wick_json *program = NULL;
    const wick_json *module = NULL;
    WICK_TRY(wick_archive_json(
        import->archive, wick_arena_format(import->arena, "models/%s.json", model), &program));
    WICK_TRY(check_version(import, program));
    WICK_TRY(wick_json_member(program, "graph_module", WICK_JSON_OBJECT, import->diag, &module));
    WICK_TRY(
        wick_json_member(module, "graph", WICK_JSON_OBJECT, import->diag, &import->graph_json));
    WICK_TRY(
        wick_json_member(module, "signature", WICK_JSON_OBJECT, import->diag, &import->signature));
    import->is_training = is_training(program);
    import->graph =
        wick_ir_graph_create(import->arena, strcmp(model, "model") == 0 ? "forward" : model);
    WICK_TRY(import_symbols(import, program));
    import_specs(import, module);
    WICK_TRY(import_graph(import, program));
    return verify(import);
}

wick_status wick_import_pt2(wick_arena *arena, const void *bytes, size_t size_bytes,
                            const char *path, const char *model, wick_diag *diag,
                            wick_ir_graph **out)
{
    wick_archive archive;
    wick_import import = {.arena = arena, .diag = diag, .archive = &archive};
    WICK_TRY(wick_archive_open(arena, bytes, size_bytes, path, model, diag, &archive));
    const wick_status status = import_program(&import);
    wick_archive_close(&archive);
    *out = status == WICK_OK ? import.graph : NULL;
    return status;
}
