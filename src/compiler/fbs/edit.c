// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/fbs/edit.h"

#include "compiler/fbs/merge.h"

#include <string.h>

static json_t *method_named(json_t *program, const char *name, size_t *index)
{
    const json_t *methods = json_object_get(program, "execution_plan");
    for (*index = 0; *index < json_array_size(methods); ++*index) {
        json_t *method = json_array_get(methods, *index);
        const char *own = json_string_value(json_object_get(method, "name"));
        if (own != NULL && strcmp(own, name) == 0) {
            return method;
        }
    }
    return NULL;
}

static wick_status fail_missing(json_t *program, const char *name, const char *source,
                                wick_diag *diag)
{
    const char *known = "";
    size_t index;
    json_t *method;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        known = wick_arena_format(diag->arena, "%s%s%s", known, *known ? ", " : "",
                                  json_string_value(json_object_get(method, "name")));
    }
    return wick_diag_error(diag, WICK_NOT_FOUND, source,
                           "no method is named '%s'; the methods are: %s", name, known);
}

wick_status wick_fbs_rename_method(json_t *program, const char *from, const char *to,
                                   const char *source, wick_diag *diag)
{
    size_t index;
    json_t *method = method_named(program, from, &index);
    if (method == NULL) {
        return fail_missing(program, from, source, diag);
    }
    if (method_named(program, to, &index) != NULL) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, source,
                               "a method is named '%s' already", to);
    }
    json_object_set_new(method, "name", json_string(to));
    return WICK_OK;
}

wick_status wick_fbs_drop_method(wick_arena *arena, json_t *program, const char *name,
                                 const char *source, wick_diag *diag)
{
    size_t index;
    json_t *methods = json_object_get(program, "execution_plan");
    if (method_named(program, name, &index) == NULL) {
        return fail_missing(program, name, source, diag);
    }
    if (json_array_size(methods) == 1) {
        return wick_diag_error(diag, WICK_INVALID_ARGUMENT, source,
                               "'%s' is the only method: it stays", name);
    }
    json_array_remove(methods, index);
    return wick_fbs_pack_constants(arena, program, source, diag);
}

void wick_fbs_strip_debug(json_t *program)
{
    size_t index;
    size_t at;
    json_t *method;
    json_t *chain;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        json_array_foreach(json_object_get(method, "chains"), at, chain)
        {
            json_object_del(chain, "stacktrace");
        }
    }
}
