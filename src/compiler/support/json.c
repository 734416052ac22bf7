// SPDX-License-Identifier: BSD-3-Clause
// jansson reads the text (it bounds its own recursion, JSON_PARSER_MAX_DEPTH); the tree is then
// copied into the arena.
#include "compiler/support/json.h"

#include "compiler/support/text.h"

#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LARGEST_UNSORTED_OBJECT = 16 };

static wick_status copy_value(wick_arena *arena, json_t *from, uint32_t depth, wick_diag *diag,
                              wick_json *to);

static wick_status copy_array(wick_arena *arena, json_t *from, uint32_t depth, wick_diag *diag,
                              wick_json *to)
{
    to->kind = WICK_JSON_ARRAY;
    to->count = (uint32_t)json_array_size(from);
    wick_json *items = wick_arena_alloc(arena, to->count, sizeof *items);
    to->items = items;
    for (uint32_t i = 0; i < to->count; i++) {
        items[i].parent = to;
        WICK_TRY(copy_value(arena, json_array_get(from, i), depth + 1, diag, &items[i]));
    }
    return WICK_OK;
}

static int compare_keys(const void *a, const void *b)
{
    const wick_json *const *x = a;
    const wick_json *const *y = b;
    return strcmp((*x)->key, (*y)->key);
}

static void sort_members(wick_arena *arena, wick_json *object)
{
    if (object->count <= LARGEST_UNSORTED_OBJECT) {
        return;
    }
    const wick_json **sorted = wick_arena_alloc(arena, object->count, sizeof *sorted);
    for (uint32_t i = 0; i < object->count; i++) {
        sorted[i] = &object->items[i];
    }
    qsort(sorted, object->count, sizeof *sorted, compare_keys);
    object->sorted = sorted;
}

static wick_status copy_object(wick_arena *arena, json_t *from, uint32_t depth, wick_diag *diag,
                               wick_json *to)
{
    to->kind = WICK_JSON_OBJECT;
    to->count = (uint32_t)json_object_size(from);
    wick_json *items = wick_arena_alloc(arena, to->count, sizeof *items);
    to->items = items;
    const char *key = NULL;
    json_t *member = NULL;
    json_object_foreach(from, key, member)
    {
        items->parent = to;
        items->key = wick_arena_copy_string(arena, key, strlen(key));
        WICK_TRY(copy_value(arena, member, depth + 1, diag, items));
        items++;
    }
    sort_members(arena, to);
    return WICK_OK;
}

// Bounded recursion: a level of the document each, at most WICK_JSON_MAX_DEPTH.
static wick_status copy_value(wick_arena *arena, json_t *from, uint32_t depth, wick_diag *diag,
                              wick_json *to)
{
    if (depth >= WICK_JSON_MAX_DEPTH) {
        return wick_json_error(to, diag, WICK_INVALID_PROGRAM, "nested deeper than %d levels",
                               WICK_JSON_MAX_DEPTH);
    }
    switch (json_typeof(from)) {
    case JSON_OBJECT:
        return copy_object(arena, from, depth, diag, to);
    case JSON_ARRAY:
        return copy_array(arena, from, depth, diag, to);
    case JSON_STRING:
        to->kind = WICK_JSON_STRING;
        to->string =
            wick_arena_copy_string(arena, json_string_value(from), json_string_length(from));
        return WICK_OK;
    case JSON_INTEGER:
        to->kind = WICK_JSON_INT;
        to->integer = json_integer_value(from);
        return WICK_OK;
    case JSON_REAL:
        to->kind = WICK_JSON_REAL;
        to->real = json_real_value(from);
        return WICK_OK;
    case JSON_TRUE:
    case JSON_FALSE:
        to->kind = WICK_JSON_BOOL;
        to->boolean = json_is_true(from);
        return WICK_OK;
    case JSON_NULL:
        return WICK_OK;
    }
    return WICK_INTERNAL;
}

wick_status wick_json_parse(wick_arena *arena, const void *text, size_t size_bytes,
                            const char *name, wick_diag *diag, const wick_json **out)
{
    json_error_t problem;
    json_t *root = json_loadb(text, size_bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &problem);
    if (!root) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, name,
                               "is not valid JSON: %s (line %d, column %d)", problem.text,
                               problem.line, problem.column);
    }
    wick_json *copy = wick_arena_alloc(arena, 1, sizeof *copy);
    copy->key = name;
    const wick_status status = copy_value(arena, root, 0, diag, copy);
    json_decref(root);
    *out = copy;
    return status;
}

static const wick_json *find_sorted(const wick_json *object, const char *key)
{
    const wick_json wanted = {.key = key};
    const wick_json *pointer = &wanted;
    const wick_json *const *found =
        bsearch(&pointer, object->sorted, object->count, sizeof *object->sorted, compare_keys);
    return found ? *found : NULL;
}

const wick_json *wick_json_find(const wick_json *object, const char *key)
{
    if (object->kind != WICK_JSON_OBJECT) {
        return NULL;
    }
    if (object->sorted) {
        return find_sorted(object, key);
    }
    for (uint32_t i = 0; i < object->count; i++) {
        if (strcmp(object->items[i].key, key) == 0) {
            return &object->items[i];
        }
    }
    return NULL;
}

const char *wick_json_kind_name(wick_json_kind kind)
{
    static const char *const names[] = {
        [WICK_JSON_NULL] = "null",       [WICK_JSON_BOOL] = "true or false",
        [WICK_JSON_INT] = "an integer",  [WICK_JSON_REAL] = "a number",
        [WICK_JSON_STRING] = "a string", [WICK_JSON_ARRAY] = "an array",
        [WICK_JSON_OBJECT] = "an object"};
    return names[kind];
}

// ".nodes" or "[3]": the step from the parent to the value.
static void add_step(wick_text *text, const wick_json *value, bool first)
{
    if (value->key) {
        wick_text_format(text, "%s%s", first ? "" : ".", value->key);
    } else {
        wick_text_format(text, "[%td]", value - value->parent->items);
    }
}

const char *wick_json_where(wick_arena *arena, const wick_json *value)
{
    const wick_json *steps[WICK_JSON_MAX_DEPTH + 1];
    uint32_t depth = 0;
    while (value->parent) {
        steps[depth++] = value;
        value = value->parent;
    }
    wick_text text = {.arena = arena};
    wick_text_format(&text, "%s%s", value->key, depth > 0 ? ": " : "");
    for (uint32_t i = depth; i > 0; i--) {
        add_step(&text, steps[i - 1], i == depth);
    }
    return wick_text_string(&text);
}

wick_status wick_json_error(const wick_json *value, wick_diag *diag, wick_status status,
                            const char *format, ...)
{
    va_list list;
    va_start(list, format);
    wick_diag_error_list(diag, status, wick_json_where(diag->arena, value), format, list);
    va_end(list);
    return status;
}

wick_status wick_json_expect(const wick_json *value, wick_json_kind kind, wick_diag *diag)
{
    if (value->kind == kind) {
        return WICK_OK;
    }
    return wick_json_error(value, diag, WICK_INVALID_PROGRAM, "expected %s, found %s",
                           wick_json_kind_name(kind), wick_json_kind_name(value->kind));
}

// A member of any kind that must be there.
static wick_status require(const wick_json *object, const char *key, wick_diag *diag,
                           const wick_json **out)
{
    WICK_TRY(wick_json_expect(object, WICK_JSON_OBJECT, diag));
    *out = wick_json_find(object, key);
    if (!*out) {
        wick_json_error(object, diag, WICK_INVALID_PROGRAM, "has no member '%s'", key);
        return WICK_INVALID_PROGRAM;
    }
    return WICK_OK;
}

wick_status wick_json_member(const wick_json *object, const char *key, wick_json_kind kind,
                             wick_diag *diag, const wick_json **out)
{
    WICK_TRY(require(object, key, diag, out));
    return wick_json_expect(*out, kind, diag);
}

wick_status wick_json_get_string(const wick_json *object, const char *key, wick_diag *diag,
                                 const char **out)
{
    const wick_json *member = NULL;
    WICK_TRY(wick_json_member(object, key, WICK_JSON_STRING, diag, &member));
    *out = member->string;
    return WICK_OK;
}

wick_status wick_json_get_int(const wick_json *object, const char *key, wick_diag *diag,
                              int64_t *out)
{
    const wick_json *member = NULL;
    WICK_TRY(wick_json_member(object, key, WICK_JSON_INT, diag, &member));
    *out = member->integer;
    return WICK_OK;
}

wick_status wick_json_get_bool(const wick_json *object, const char *key, wick_diag *diag, bool *out)
{
    const wick_json *member = NULL;
    WICK_TRY(wick_json_member(object, key, WICK_JSON_BOOL, diag, &member));
    *out = member->boolean;
    return WICK_OK;
}

wick_status wick_json_get_real(const wick_json *object, const char *key, wick_diag *diag,
                               double *out)
{
    const wick_json *member = NULL;
    WICK_TRY(require(object, key, diag, &member));
    return wick_json_to_real(member, diag, out);
}

static bool special_real(const char *text, double *out)
{
    if (strcmp(text, "NaN") == 0) {
        *out = (double)NAN;
    } else if (strcmp(text, "Infinity") == 0) {
        *out = (double)INFINITY;
    } else if (strcmp(text, "-Infinity") == 0) {
        *out = (double)-INFINITY;
    } else {
        return false;
    }
    return true;
}

wick_status wick_json_to_real(const wick_json *value, wick_diag *diag, double *out)
{
    if (value->kind == WICK_JSON_INT) {
        *out = (double)value->integer;
        return WICK_OK;
    }
    if (value->kind == WICK_JSON_STRING && special_real(value->string, out)) {
        return WICK_OK;
    }
    WICK_TRY(wick_json_expect(value, WICK_JSON_REAL, diag));
    *out = value->real;
    return WICK_OK;
}
