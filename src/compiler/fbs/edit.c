// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/fbs/edit.h"

#include "compiler/fbs/base64.h"

#include <stdbool.h>
#include <string.h>

enum { CONSTANT_ALIGNMENT = 16 };

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

static void mark_used(const json_t *method, bool *used, size_t count)
{
    size_t index;
    json_t *value;
    json_array_foreach(json_object_get(method, "values"), index, value)
    {
        const json_t *buffer = json_object_get(json_object_get(value, "val"), "data_buffer_idx");
        const json_int_t constant = json_integer_value(buffer);
        if (constant > 0 && (size_t)constant < count) {
            used[constant] = true;
        }
    }
}

// The constant segment: what it holds, and the offsets of constants in it. The table of initial
// states may have the same ones.
typedef struct constants {
    wick_arena *arena;
    json_t *offsets;
    size_t count;
    const uint8_t *bytes;
    size_t size_bytes;
} constants;

static size_t offset_of(const constants *c, size_t index)
{
    const size_t offset = (size_t)json_integer_value(json_array_get(c->offsets, index));
    return offset < c->size_bytes ? offset : c->size_bytes;
}

// Where the data of a constant ends: at the next offset, whatever constant that is of.
static size_t end_of(const constants *c, size_t index)
{
    const size_t begin = offset_of(c, index);
    size_t end = c->size_bytes;
    for (size_t i = 0; i < c->count; i++) {
        const size_t other = offset_of(c, i);
        end = other > begin && other < end ? other : end;
    }
    return end;
}

// Puts the used constants side by side; the others keep their number and lose their bytes.
static const char *repack(const constants *c, const bool *used, json_t *moved)
{
    uint8_t *bytes = wick_arena_alloc(c->arena, c->size_bytes + c->count * CONSTANT_ALIGNMENT, 1);
    size_t size_bytes = 0;
    for (size_t i = 0; i < c->count; i++) {
        size_t at = 0;
        if (used[i]) {
            const size_t begin = offset_of(c, i);
            at = (size_bytes + CONSTANT_ALIGNMENT - 1) / CONSTANT_ALIGNMENT * CONSTANT_ALIGNMENT;
            memcpy(bytes + at, c->bytes + begin, end_of(c, i) - begin);
            size_bytes = at + end_of(c, i) - begin;
        }
        json_array_append_new(moved, json_integer((json_int_t)at));
    }
    return wick_base64_encode(c->arena, bytes, size_bytes);
}

// Tables of offsets into segment 0 share the constants' numbers.
static void replace_offsets(json_t *program, json_t *moved)
{
    size_t index;
    json_t *table;
    json_object_set(json_object_get(program, "constant_segment"), "offsets", moved);
    json_array_foreach(json_object_get(program, "mutable_data_segments"), index, table)
    {
        if (json_integer_value(json_object_get(table, "segment_index")) == 0) {
            json_object_set(table, "offsets", moved);
        }
    }
}

static void drop_constants(wick_arena *arena, json_t *program)
{
    json_t *segments = json_object_get(program, "segment_data");
    const char *text = json_string_value(json_array_get(segments, 0));
    constants c = {.arena = arena,
                   .offsets =
                       json_object_get(json_object_get(program, "constant_segment"), "offsets")};
    c.count = json_array_size(c.offsets);
    c.bytes = text != NULL ? wick_base64_decode(arena, text, &c.size_bytes) : NULL;
    if (c.bytes == NULL || c.count < 2 ||
        json_integer_value(
            json_object_get(json_object_get(program, "constant_segment"), "segment_index")) != 0) {
        return; // an old file, with its constants inline
    }
    bool *used = wick_arena_alloc(arena, c.count, sizeof *used);
    size_t index;
    json_t *method;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        mark_used(method, used, c.count);
    }
    json_t *moved = json_array();
    json_array_set_new(segments, 0, json_string(repack(&c, used, moved)));
    replace_offsets(program, moved);
    json_decref(moved);
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
    drop_constants(arena, program);
    return WICK_OK;
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
