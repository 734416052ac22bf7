// SPDX-License-Identifier: BSD-3-Clause
// A linker for source text. The preprocessed sources are cut at depth 0 into definitions; each
// knows the names it defines. What a definition needs are the definitions that its identifiers
// name: first in its own file (static functions, enumerators), then those with the project's
// prefix in any file. Callees come before callers; two that name each other get a prototype.
#include "compiler/emit_c/device_source.h"

#include "compiler/emit_c/embedded_source.h"
#include "compiler/support/map.h"

#include <string.h>

typedef struct token {
    const char *start;
    size_t length;
    char kind; // 'a' identifier, '0' number, '"' string or character, else the character itself
} token;

typedef struct definition {
    const char *text;
    size_t length;
    const char *file; // "ops/conv.c"
    bool is_object;   // function or variable: gets `static`
    bool has_body;    // a function
    bool is_taken;
    bool is_declared; // printed, or its prototype is
    uint32_t visit;   // of the last search that came here
} definition;

struct wick_device_source {
    wick_arena *arena;
    wick_map *scoped;  // "file name" to definition
    wick_map *global;  // name to definition, where the name has the project's prefix
    wick_map *owners;  // name to file that defined it first
    wick_map *clashes; // name to itself, where two files define it
    uint32_t visit;
};

static bool is_letter(char c)
{
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *end_of_string(const char *p)
{
    const char quote = *p++;
    while (*p != '\0' && *p != quote) {
        p += *p == '\\' && p[1] != '\0' ? 2 : 1;
    }
    return *p == '\0' ? p : p + 1;
}

// The next token from *cursor below `end`; false at the end.
static bool next_token(const char **cursor, const char *end, token *out)
{
    const char *p = *cursor;
    while (p < end && (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')) {
        p++;
    }
    if (p >= end) {
        return false;
    }
    out->start = p;
    out->kind = *p;
    if (is_letter(*p) || is_digit(*p)) {
        out->kind = is_digit(*p) ? '0' : 'a';
        while (p < end && (is_letter(*p) || is_digit(*p) || (out->kind == '0' && *p == '.'))) {
            p++;
        }
    } else if (*p == '"' || *p == '\'') {
        out->kind = '"';
        p = end_of_string(p);
    } else {
        p++;
    }
    out->length = (size_t)(p - out->start);
    *cursor = p;
    return true;
}

static bool is_word(const token *t, const char *word)
{
    return t->kind == 'a' && t->length == strlen(word) && memcmp(t->start, word, t->length) == 0;
}

static const char *name_of(wick_arena *arena, const token *t)
{
    return wick_arena_copy_string(arena, t->start, t->length);
}

static const char *scoped_key(wick_arena *arena, const char *file, const char *name)
{
    return wick_arena_format(arena, "%s %s", file, name);
}

static void define(wick_device_source *source, definition *made, const token *t)
{
    const char *name = name_of(source->arena, t);
    const char *owner = wick_map_get(source->owners, name);
    if (owner != NULL && strcmp(owner, made->file) != 0) {
        wick_map_put(source->clashes, name, (void *)(uintptr_t)name);
    }
    wick_map_put(source->owners, name, (void *)(uintptr_t)made->file);
    wick_map_put(source->scoped, scoped_key(source->arena, made->file, name), made);
    if (strncmp(name, "wick_", 5) == 0 || strncmp(name, "WICK_", 5) == 0) {
        wick_map_put(source->global, name, made);
    }
}

// What one definition looks like from outside, gathered while its end is searched.
typedef struct outline {
    token first;
    token name;          // function, variable or typedef; length 0 if none
    token name_in_paren; // of `typedef void (*name)(..)`
    bool is_enum;
    bool has_equals;
    bool has_body; // of a function
    bool has_braces;
    bool has_paren;
} outline;

static int depth_change(char kind)
{
    if (kind == '(' || kind == '[' || kind == '{') {
        return 1;
    }
    return kind == ')' || kind == ']' || kind == '}' ? -1 : 0;
}

static void note_at_top(outline *o, const token *t, const token *before)
{
    if (t->kind == 'a' && is_word(t, "enum")) {
        o->is_enum = true;
    } else if (t->kind == '=') {
        o->has_equals = true;
    } else if (t->kind == '{') {
        o->has_braces = true;
        o->has_body = o->has_body || (before->kind == ')' && !o->has_equals);
    } else if (t->kind == '(' && before->kind == 'a' && !is_word(before, "__attribute__")) {
        o->has_paren = true;
    } else if (t->kind == 'a' && !o->has_equals && !o->has_paren && !is_word(t, "__attribute__")) {
        o->name = *t;
    }
}

// Moves *cursor behind the definition that starts there; false at the end of the text.
static bool find_end(const char **cursor, const char *end, outline *o)
{
    token earlier = {0};
    token before = {0};
    token t;
    int depth = 0;
    *o = (outline){0};
    while (next_token(cursor, end, &t)) {
        if (o->first.length == 0) {
            o->first = t;
        }
        if (depth == 0) {
            note_at_top(o, &t, &before);
        } else if (depth == 1 && earlier.kind == '(' && before.kind == '*' && !o->has_braces) {
            o->name_in_paren = t;
        }
        depth += depth_change(t.kind);
        if (depth == 0 && (t.kind == ';' || (t.kind == '}' && o->has_body))) {
            return true;
        }
        earlier = before;
        before = t;
    }
    return false;
}

// Defines each enumerator: an identifier behind `{` or `,` within the braces.
static void define_enumerators(wick_device_source *source, definition *made)
{
    const char *cursor = made->text;
    token before = {0};
    int depth = 0;
    for (token t; next_token(&cursor, made->text + made->length, &t); before = t) {
        if (depth == 1 && t.kind == 'a' && (before.kind == '{' || before.kind == ',')) {
            define(source, made, &t);
        }
        depth += depth_change(t.kind);
    }
}

static void define_tag(wick_device_source *source, definition *made)
{
    const char *cursor = made->text;
    token before = {0};
    for (token t; next_token(&cursor, made->text + made->length, &t) && t.kind == 'a'; before = t) {
        if (is_word(&before, "struct") || is_word(&before, "union") || is_word(&before, "enum")) {
            define(source, made, &t);
        }
    }
}

static void add_definition(wick_device_source *source, const char *file, const outline *o,
                           const char *end)
{
    const bool is_type = is_word(&o->first, "typedef") || is_word(&o->first, "struct") ||
                         is_word(&o->first, "union") || is_word(&o->first, "enum");
    const bool is_prototype = !is_type && o->has_paren && !o->has_body && !o->has_equals;
    if (is_prototype || is_word(&o->first, "extern") || is_word(&o->first, "_Static_assert")) {
        return;
    }
    definition *made = wick_arena_alloc(source->arena, 1, sizeof *made);
    *made = (definition){.text = o->first.start,
                         .length = (size_t)(end - o->first.start),
                         .file = file,
                         .is_object = o->has_body || o->has_equals,
                         .has_body = o->has_body};
    const bool is_pointer_type = is_type && !o->has_braces && o->name_in_paren.length > 0;
    const token *name = is_pointer_type ? &o->name_in_paren : &o->name;
    if (name->length > 0) {
        define(source, made, name);
    }
    if (!made->is_object) {
        define_tag(source, made);
    }
    if (o->is_enum && o->has_braces && !made->is_object) {
        define_enumerators(source, made);
    }
}

// WICK_FILE("ops/conv.c"); stands before what a file brings in.
static const char *marked_file(wick_arena *arena, const outline *o, const char *end)
{
    const char *from = strchr(o->first.start, '"') + 1;
    const char *to = memchr(from, '"', (size_t)(end - from));
    return wick_arena_copy_string(arena, from, (size_t)(to - from));
}

wick_device_source *wick_device_source_open(wick_arena *arena)
{
    wick_device_source *source = wick_arena_alloc(arena, 1, sizeof *source);
    *source = (wick_device_source){arena,
                                   wick_map_create(arena),
                                   wick_map_create(arena),
                                   wick_map_create(arena),
                                   wick_map_create(arena),
                                   0};
    const char *cursor = (const char *)wick_embedded_source;
    const char *end = cursor + wick_embedded_source_bytes;
    const char *file = "";
    for (outline o; find_end(&cursor, end, &o);) {
        if (is_word(&o.first, "WICK_FILE")) {
            file = marked_file(arena, &o, cursor);
        } else {
            add_definition(source, file, &o, cursor);
        }
    }
    return source;
}

// The definition that an identifier in `user` means; NULL for a local, a member or a keyword. A
// type needs no function: what is called like one there is a member.
static definition *resolve(wick_device_source *source, const definition *user, const char *name)
{
    definition *found = wick_map_get(source->scoped, scoped_key(source->arena, user->file, name));
    found = found != NULL ? found : wick_map_get(source->global, name);
    return found != NULL && found->has_body && !user->is_object ? NULL : found;
}

// Walks over the identifiers of a definition that could name others.
static bool next_name(const char **cursor, const definition *user, token *out)
{
    while (next_token(cursor, user->text + user->length, out)) {
        const bool is_member = out->start > user->text && out->start[-1] == '.';
        const bool is_pointed =
            out->start > user->text + 1 && out->start[-1] == '>' && out->start[-2] == '-';
        if (out->kind == 'a' && !is_member && !is_pointed) {
            return true;
        }
    }
    return false;
}

// Text that ends lines with one newline: compilers differ in the blank lines they leave.
static void add_text(wick_text *out, const char *from, const char *to)
{
    for (const char *p = from; p < to; p++) {
        const bool is_blank = *p == '\n' && out->length > 0 && out->chars[out->length - 1] == '\n';
        if (!is_blank && *p != '\r') {
            wick_text_add(out, p, 1);
        }
    }
}

static const char *suffix_of(wick_arena *arena, const char *file)
{
    char *suffix = wick_arena_format(arena, "_%s", file);
    suffix[strlen(suffix) - strlen(".c")] = '\0';
    for (char *p = suffix; *p != '\0'; p++) {
        if (*p == '/') {
            *p = '_';
        }
    }
    return suffix;
}

// Prints a definition up to `end`; names that two files define get their file as suffix.
static void print_part(wick_device_source *source, const definition *made, const char *end,
                       wick_text *out)
{
    const char *cursor = made->text;
    const char *printed = made->text;
    if (made->is_object && strncmp(made->text, "static", 6) != 0) {
        wick_text_format(out, "static ");
    }
    for (token t; next_name(&cursor, made, &t) && t.start < end;) {
        const char *name = name_of(source->arena, &t);
        const definition *meant =
            wick_map_get(source->clashes, name) != NULL ? resolve(source, made, name) : NULL;
        if (meant != NULL) {
            add_text(out, printed, cursor);
            wick_text_format(out, "%s", suffix_of(source->arena, meant->file));
            printed = cursor;
        }
    }
    add_text(out, printed, end);
}

// The types of a signature are taken before its body is looked at, so that a prototype may stand
// wherever something within that body is printed.
static void print_prototype(wick_device_source *source, definition *made, wick_text *out)
{
    const char *body = memchr(made->text, '{', made->length);
    while (body > made->text && (body[-1] == '\n' || body[-1] == ' ')) {
        body--;
    }
    print_part(source, made, body, out);
    wick_text_format(out, ";\n\n");
    made->is_declared = true;
}

// Recursion is as deep as the chain of needs in the project's own sources.
static void take(wick_device_source *source, definition *made, wick_text *out)
{
    const char *cursor = made->text;
    made->is_taken = true;
    for (token t; next_name(&cursor, made, &t);) {
        definition *needed = resolve(source, made, name_of(source->arena, &t));
        if (needed != NULL && !needed->is_taken) {
            take(source, needed, out);
        } else if (needed != NULL && needed != made && needed->has_body && !needed->is_declared) {
            print_prototype(source, needed, out);
        }
    }
    print_part(source, made, made->text + made->length, out);
    wick_text_format(out, "\n%s", made->is_object ? "\n" : "");
    made->is_declared = true;
}

bool wick_device_source_take(wick_device_source *source, const char *name, wick_text *out)
{
    definition *made = wick_map_get(source->global, name);
    if (made != NULL && !made->is_taken) {
        take(source, made, out);
    }
    return made != NULL;
}

static bool reaches(wick_device_source *source, definition *from, const definition *to)
{
    const char *cursor = from->text;
    bool found = from == to;
    from->visit = source->visit;
    for (token t; !found && next_name(&cursor, from, &t);) {
        definition *needed = resolve(source, from, name_of(source->arena, &t));
        found = needed != NULL && needed->visit != source->visit && reaches(source, needed, to);
    }
    return found;
}

bool wick_device_source_reaches(wick_device_source *source, const char *from, const char *name,
                                const char *const *stops)
{
    definition *start = wick_map_get(source->global, from);
    const definition *target = wick_map_get(source->global, name);
    source->visit++;
    for (; *stops != NULL; stops++) {
        definition *stop = wick_map_get(source->global, *stops);
        if (stop != NULL) {
            stop->visit = source->visit;
        }
    }
    return start != NULL && target != NULL && reaches(source, start, target);
}
