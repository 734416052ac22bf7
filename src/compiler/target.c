// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/target.h"

#include "compiler/embedded.h"
#include "compiler/support/file.h"
#include "compiler/support/json.h"
#include "compiler/support/text.h"

#include <string.h>

enum {
    MAX_FILE_BYTES = 1 << 20,
    MAX_ALIGNMENT_BYTES = 4096,
    MAX_ACCESS_COST = 1000000, // times the bytes that a model moves it stays below 2^64
};

// No device has more; sums of sizes stay far below 2^63.
#define MAX_MEMORY_BYTES (INT64_C(1) << 40)

const char *const *wick_target_names(void)
{
    return wick_embedded_target_names;
}

// An optional text member.
static wick_status read_text(const wick_json *object, const char *key, wick_diag *diag,
                             const char **out)
{
    if (!wick_json_find(object, key)) {
        *out = "";
        return WICK_OK;
    }
    return wick_json_get_string(object, key, diag, out);
}

// A member in [low, high].
static wick_status read_count(const wick_json *object, const char *key, int64_t low, int64_t high,
                              wick_diag *diag, int64_t *out)
{
    WICK_TRY(wick_json_get_int(object, key, diag, out));
    if (*out < low || *out > high) {
        return wick_json_error(wick_json_find(object, key), diag, WICK_INVALID_ARGUMENT,
                               "is %lld, expected %lld to %lld", (long long)*out, (long long)low,
                               (long long)high);
    }
    return WICK_OK;
}

static wick_status read_alignment(const wick_json *object, wick_diag *diag, uint32_t *out)
{
    int64_t bytes = 0;
    WICK_TRY(read_count(object, "alignment_bytes", 1, MAX_ALIGNMENT_BYTES, diag, &bytes));
    if ((bytes & (bytes - 1)) != 0) {
        return wick_json_error(wick_json_find(object, "alignment_bytes"), diag,
                               WICK_INVALID_ARGUMENT, "is %lld, expected a power of two",
                               (long long)bytes);
    }
    *out = (uint32_t)bytes;
    return WICK_OK;
}

// An optional member: what it costs to read constants where the program lies.
static wick_status read_constant_cost(const wick_json *object, wick_diag *diag, uint32_t *out)
{
    int64_t cost = 0;
    if (wick_json_find(object, "constant_access_cost") != NULL) {
        WICK_TRY(read_count(object, "constant_access_cost", 0, MAX_ACCESS_COST, diag, &cost));
    }
    *out = (uint32_t)cost;
    return WICK_OK;
}

static wick_status read_operators(const wick_json *object, wick_diag *diag, bool *portable)
{
    const char *library = NULL;
    WICK_TRY(wick_json_get_string(object, "operators", diag, &library));
    *portable = strcmp(library, "portable") == 0;
    if (!*portable && strcmp(library, "wick") != 0) {
        return wick_json_error(wick_json_find(object, "operators"), diag, WICK_INVALID_ARGUMENT,
                               "is \"%s\", expected \"portable\" or \"wick\"", library);
    }
    return WICK_OK;
}

static wick_status read_memory(const wick_json *object, wick_diag *diag, wick_target_memory *out)
{
    int64_t size_bytes = 0;
    int64_t access_cost = 0;
    WICK_TRY(wick_json_get_string(object, "name", diag, &out->name));
    WICK_TRY(read_count(object, "size_bytes", 0, MAX_MEMORY_BYTES, diag, &size_bytes));
    WICK_TRY(read_count(object, "access_cost", 0, MAX_ACCESS_COST, diag, &access_cost));
    if (out->name[0] == '\0') {
        return wick_json_error(wick_json_find(object, "name"), diag, WICK_INVALID_ARGUMENT,
                               "is empty, expected what reports call the memory");
    }
    out->size_bytes = (uint64_t)size_bytes;
    out->access_cost = (uint32_t)access_cost;
    return WICK_OK;
}

static wick_status read_memories(const wick_json *object, wick_diag *diag, wick_target *out)
{
    const wick_json *memories = NULL;
    WICK_TRY(wick_json_member(object, "memories", WICK_JSON_ARRAY, diag, &memories));
    if (memories->count == 0 || memories->count > WICK_MAX_ARENAS) {
        return wick_json_error(memories, diag, WICK_INVALID_ARGUMENT,
                               "has %u memories, expected 1 to %d", memories->count,
                               WICK_MAX_ARENAS);
    }
    out->memory_count = memories->count;
    for (uint32_t i = 0; i < memories->count; i++) {
        WICK_TRY(read_memory(&memories->items[i], diag, &out->memories[i]));
        for (uint32_t k = 0; k < i; k++) {
            if (strcmp(out->memories[k].name, out->memories[i].name) == 0) {
                return wick_json_error(
                    wick_json_find(&memories->items[i], "name"), diag, WICK_INVALID_ARGUMENT,
                    "is \"%s\", as that of memory %u is; expected names that differ",
                    out->memories[i].name, k);
            }
        }
    }
    return WICK_OK;
}

static wick_status read_target(const wick_json *root, wick_diag *diag, wick_target *out)
{
    *out = (wick_target){0};
    WICK_TRY(wick_json_get_string(root, "name", diag, &out->name));
    WICK_TRY(read_text(root, "description", diag, &out->description));
    WICK_TRY(wick_json_get_string(root, "core", diag, &out->core));
    WICK_TRY(read_operators(root, diag, &out->portable_operators));
    WICK_TRY(read_alignment(root, diag, &out->alignment_bytes));
    WICK_TRY(read_constant_cost(root, diag, &out->constant_access_cost));
    return read_memories(root, diag, out);
}

static bool is_path(const char *name)
{
    const size_t length = strlen(name);
    return strchr(name, '/') || (length > 5 && strcmp(name + length - 5, ".json") == 0);
}

static wick_status unknown_name(wick_arena *arena, const char *name, wick_diag *diag)
{
    wick_text known = {.arena = arena};
    for (const char *const *at = wick_target_names(); *at; at++) {
        wick_text_format(&known, "%s%s", known.length > 0 ? ", " : "", *at);
    }
    return wick_diag_error(diag, WICK_NOT_FOUND, NULL,
                           "no target is named '%s'; known are %s, or the path of a .json file",
                           name, wick_text_string(&known));
}

static wick_status find_text(wick_arena *arena, const char *name_or_path, wick_diag *diag,
                             const char **text, size_t *size_bytes)
{
    if (is_path(name_or_path)) {
        uint8_t *bytes = NULL;
        WICK_TRY(wick_file_read(arena, name_or_path, MAX_FILE_BYTES, diag, &bytes, size_bytes));
        *text = (const char *)bytes;
        return WICK_OK;
    }
    for (const wick_embedded_file *file = wick_embedded_targets; file->name; file++) {
        if (strcmp(file->name, name_or_path) == 0) {
            *text = file->text;
            *size_bytes = strlen(file->text);
            return WICK_OK;
        }
    }
    return unknown_name(arena, name_or_path, diag);
}

wick_status wick_target_parse(wick_arena *arena, const char *text, size_t size_bytes,
                              const char *name, wick_diag *diag, wick_target *out)
{
    const wick_json *root = NULL;
    // What JSON calls an invalid program is an argument of the user here.
    if (wick_json_parse(arena, text, size_bytes, name, diag, &root) != WICK_OK ||
        read_target(root, diag, out) != WICK_OK) {
        return diag->status = WICK_INVALID_ARGUMENT;
    }
    return WICK_OK;
}

wick_status wick_target_load(wick_arena *arena, const char *name_or_path, wick_diag *diag,
                             wick_target *out)
{
    const char *text = NULL;
    size_t size_bytes = 0;
    WICK_TRY(find_text(arena, name_or_path, diag, &text, &size_bytes));
    return wick_target_parse(arena, text, size_bytes, name_or_path, diag, out);
}
