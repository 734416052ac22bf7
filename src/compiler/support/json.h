// SPDX-License-Identifier: BSD-3-Clause
// JSON as an immutable tree in an arena. Every value knows its parent, so that an error names where
// it stands: "models/model.json: graph_module.graph.nodes[3].target: expected a string, found an
// integer".
#ifndef WICK_COMPILER_SUPPORT_JSON_H
#define WICK_COMPILER_SUPPORT_JSON_H

#include "compiler/support/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum wick_json_kind {
    WICK_JSON_NULL,
    WICK_JSON_BOOL,
    WICK_JSON_INT,
    WICK_JSON_REAL,
    WICK_JSON_STRING,
    WICK_JSON_ARRAY,
    WICK_JSON_OBJECT,
} wick_json_kind;

typedef struct wick_json {
    wick_json_kind kind;
    uint32_t count;  // items of an array, members of an object
    const char *key; // of a member; of the root: name of the document; of an item of an array: NULL
    const struct wick_json *parent;
    union {
        bool boolean;
        int64_t integer;
        double real;
        const char *string; // UTF-8 without zero bytes
        struct {
            const struct wick_json *items;         // of an array or object, in order
            const struct wick_json *const *sorted; // members by key, NULL in small objects
        };
    };
} wick_json;

// `name` is for messages and is kept. Nesting is bounded (WICK_JSON_MAX_DEPTH); keys must not
// repeat.
// Errors  INVALID_PROGRAM with line and column.
enum { WICK_JSON_MAX_DEPTH = 128 };
wick_status wick_json_parse(wick_arena *arena, const void *text, size_t size_bytes,
                            const char *name, wick_diag *diag, const wick_json **out);

// A member of any kind; NULL if it is absent or `object` is no object.
const wick_json *wick_json_find(const wick_json *object, const char *key);
// A member that must be there. Errors of this and of all below: INVALID_PROGRAM naming the place.
wick_status wick_json_member(const wick_json *object, const char *key, wick_json_kind kind,
                             wick_diag *diag, const wick_json **out);
wick_status wick_json_get_string(const wick_json *object, const char *key, wick_diag *diag,
                                 const char **out);
wick_status wick_json_get_int(const wick_json *object, const char *key, wick_diag *diag,
                              int64_t *out);
wick_status wick_json_get_bool(const wick_json *object, const char *key, wick_diag *diag,
                               bool *out);
// Also an integer, or one of the strings "Infinity", "-Infinity", "NaN", which torch.export writes.
wick_status wick_json_get_real(const wick_json *object, const char *key, wick_diag *diag,
                               double *out);

// The value itself, such as an item of an array, as one of these.
wick_status wick_json_expect(const wick_json *value, wick_json_kind kind, wick_diag *diag);
wick_status wick_json_to_real(const wick_json *value, wick_diag *diag, double *out);

const char *wick_json_kind_name(wick_json_kind kind); // "a string"
// "models/model.json: graph_module.graph.nodes[3]"
const char *wick_json_where(wick_arena *arena, const wick_json *value);
wick_status wick_json_error(const wick_json *value, wick_diag *diag, wick_status status,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
