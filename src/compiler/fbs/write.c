// SPDX-License-Identifier: BSD-3-Clause
// Builds a flatbuffer from JSON by its schema: children first. Segments are placed anew.
#include "compiler/fbs/base64.h"
#include "compiler/fbs/fbs.h"
#include "compiler/fbs/schema.h"

#include "base/bytes.h"
#include "compiler/emit/flatbuffer_build.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { EXTENDED_HEADER_BYTES = 32, FLAT_HEADER_BYTES = 40, HEADER_AT = 8, SEGMENT_ALIGNMENT = 128 };

typedef struct segment {
    const uint8_t *bytes;
    size_t size_bytes;
    uint64_t offset;
} segment;

typedef struct writer {
    wick_fb_builder builder;
    wick_arena *arena;
    const wick_fbs_schema *schema;
    segment *segments;
    uint32_t segment_count;
    uint64_t segment_bytes;
    const char *source;
    wick_diag *diag;
} writer;

// Where a value stands: the chain of members that lead to it.
typedef struct place {
    const struct place *parent;
    const char *name; // NULL: an item of an array
    size_t index;
} place;

static const char *place_text(const writer *w, const place *at)
{
    if (at == NULL) {
        return w->source;
    }
    const char *before = place_text(w, at->parent);
    return at->name != NULL ? wick_arena_format(w->arena, "%s.%s", before, at->name)
                            : wick_arena_format(w->arena, "%s[%zu]", before, at->index);
}

static wick_status fail(const writer *w, const place *at, const char *expected)
{
    return wick_diag_error(w->diag, WICK_INVALID_PROGRAM, place_text(w, at), "expected %s",
                           expected);
}

static wick_status real_bits(const writer *w, const json_t *value, const place *at, uint64_t *bits)
{
    const char *text = json_string_value(value);
    double real = json_number_value(value);
    if (text != NULL) {
        real = strcmp(text, "NaN") == 0 ? (double)NAN : text[0] == '-' ? -HUGE_VAL : HUGE_VAL;
        if (strcmp(text, "NaN") != 0 && strcmp(text, "Infinity") != 0 &&
            strcmp(text, "-Infinity") != 0) {
            return fail(w, at, "a number, \"NaN\", \"Infinity\" or \"-Infinity\"");
        }
    } else if (!json_is_number(value)) {
        return fail(w, at, "a number");
    }
    memcpy(bits, &real, sizeof real);
    return WICK_OK;
}

static wick_status number_bits(const writer *w, const json_t *value, const wick_fbs_row *row,
                               const place *at, uint64_t *bits)
{
    if (row->number == WICK_FBS_F) {
        return real_bits(w, value, at, bits);
    }
    const int64_t integer = json_integer_value(value);
    const uint32_t width = 8u * row->arg;
    const int64_t above =
        width < 64 ? (int64_t)1 << (row->number == WICK_FBS_I ? width - 1 : width) : 0;
    const bool fits =
        width == 64 || (integer < above && integer >= (row->number == WICK_FBS_I ? -above : 0));
    if (!json_is_integer(value) || !fits) {
        return fail(w, at,
                    wick_arena_format(w->arena, "%s integer of %u bits",
                                      row->number == WICK_FBS_I ? "a signed" : "an unsigned",
                                      width));
    }
    *bits = (uint64_t)integer;
    return WICK_OK;
}

static wick_status write_bytes(writer *w, const json_t *value, const place *at, wick_fb_ref *out)
{
    size_t count = 0;
    const char *text = json_string_value(value);
    const uint8_t *bytes = text != NULL ? wick_base64_decode(w->arena, text, &count) : NULL;
    if (bytes == NULL || count > UINT32_MAX / 2) {
        return fail(w, at, "base64 of less than 2 GiB");
    }
    *out = wick_fb_bytes_create(&w->builder, bytes, (uint32_t)count, w->schema->alignment);
    return WICK_OK;
}

static wick_status write_numbers(writer *w, const json_t *value, const wick_fbs_row *row,
                                 const place *at, wick_fb_ref *out)
{
    if (!json_is_array(value)) {
        return fail(w, at, "an array of numbers");
    }
    const size_t count = json_array_size(value);
    uint8_t *items = wick_arena_alloc(w->arena, count + 1, row->arg);
    for (size_t i = 0; i < count; i++) {
        const place item = {at, NULL, i};
        uint64_t bits;
        WICK_TRY(number_bits(w, json_array_get(value, i), row, &item, &bits));
        for (uint32_t k = 0; k < row->arg; k++) {
            items[i * row->arg + k] = (uint8_t)(bits >> 8 * k);
        }
    }
    *out = wick_fb_vector_create(&w->builder, items, (uint32_t)count, row->arg);
    return WICK_OK;
}

static wick_status write_table(writer *w, const json_t *value, uint32_t table, const place *at,
                               wick_fb_ref *out);

static wick_status write_tables(writer *w, const json_t *value, uint32_t table, const place *at,
                                wick_fb_ref *out)
{
    if (!json_is_array(value)) {
        return fail(w, at, "an array of objects");
    }
    const size_t count = json_array_size(value);
    wick_fb_ref *refs = wick_arena_alloc(w->arena, count + 1, sizeof *refs);
    for (size_t i = 0; i < count; i++) {
        const place item = {at, NULL, i};
        WICK_TRY(write_table(w, json_array_get(value, i), table, &item, &refs[i]));
    }
    *out = wick_fb_tables_create(&w->builder, refs, (uint32_t)count);
    return WICK_OK;
}

// The type code of a union, from the name of its member's table.
static wick_status union_code(const writer *w, const json_t *type, uint32_t union_row,
                              const place *at, uint32_t *code)
{
    const char *name = json_string_value(type);
    const uint8_t *members = &w->schema->unions[union_row];
    for (*code = 1; name != NULL && *code <= members[0]; ++*code) {
        if (strcmp(w->schema->rows[members[*code]].name, name) == 0) {
            return WICK_OK;
        }
    }
    return fail(w, at, "the name of a table of the union");
}

// What a field becomes: a number, or a reference to what was built for it.
typedef struct built {
    uint64_t number; // or a reference
    bool is_set;
} built;

static wick_status write_field(writer *w, const json_t *object, const wick_fbs_row *row,
                               const place *at, built *out)
{
    const json_t *value = json_object_get(object, row->name);
    const place here = {at, row->name, 0};
    wick_fb_ref ref = 0;
    uint32_t code = 0;
    out->is_set = value != NULL;
    if (value == NULL) {
        return WICK_OK;
    }
    switch ((wick_fbs_kind)row->kind) {
    case WICK_FBS_SCALAR:
        if (row[1].kind == WICK_FBS_UNION) {
            WICK_TRY(union_code(w, value, row[1].arg, &here, &code));
            out->number = code;
            return WICK_OK;
        }
        return number_bits(w, value, row, &here, &out->number);
    case WICK_FBS_STRING:
        if (!json_is_string(value)) {
            return fail(w, &here, "a string");
        }
        ref = wick_fb_string_create(&w->builder, json_string_value(value));
        break;
    case WICK_FBS_VECTOR:
        WICK_TRY(row->number == WICK_FBS_B ? write_bytes(w, value, &here, &ref)
                                           : write_numbers(w, value, row, &here, &ref));
        break;
    case WICK_FBS_TABLE:
        WICK_TRY(write_table(w, value, row->arg, &here, &ref));
        break;
    case WICK_FBS_TABLES:
        WICK_TRY(write_tables(w, value, row->arg, &here, &ref));
        break;
    case WICK_FBS_UNION:
        WICK_TRY(union_code(w, json_object_get(object, row[-1].name), row->arg, &here, &code));
        WICK_TRY(write_table(w, value, w->schema->unions[row->arg + code], &here, &ref));
        break;
    case WICK_FBS_END:
        break;
    }
    out->number = ref;
    return WICK_OK;
}

// Refuses members that the table does not have: a misspelt one would be lost.
static wick_status check_members(const writer *w, const json_t *object, const wick_fbs_row *fields,
                                 const place *at)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)object, key, value)
    {
        const wick_fbs_row *row = fields;
        while (row->kind != WICK_FBS_END && strcmp(row->name, key) != 0) {
            row++;
        }
        const bool is_frame =
            at == NULL && (strcmp(key, "root_type") == 0 || strcmp(key, "segment_data") == 0);
        if (row->kind == WICK_FBS_END && !is_frame) {
            return fail(w, at, wick_arena_format(w->arena, "no member '%s'", key));
        }
    }
    return WICK_OK;
}

static wick_status write_table(writer *w, const json_t *value, uint32_t table, const place *at,
                               wick_fb_ref *out)
{
    const wick_fbs_row *fields = &w->schema->rows[table + 1];
    built found[WICK_FB_MAX_SLOTS] = {{0}};
    if (!json_is_object(value)) {
        return fail(w, at,
                    wick_arena_format(w->arena, "an object: %s", w->schema->rows[table].name));
    }
    WICK_TRY(check_members(w, value, fields, at));
    for (uint32_t slot = 0; fields[slot].kind != WICK_FBS_END; slot++) {
        WICK_TRY(write_field(w, value, &fields[slot], at, &found[slot]));
    }
    wick_fb_table_begin(&w->builder, WICK_FB_ANY_TABLE);
    for (uint32_t slot = 0; fields[slot].kind != WICK_FBS_END; slot++) {
        if (!found[slot].is_set) {
            continue;
        }
        if (fields[slot].kind == WICK_FBS_SCALAR) {
            wick_fb_set_bytes(&w->builder, slot, found[slot].number, fields[slot].arg);
        } else {
            wick_fb_set_ref(&w->builder, slot, (wick_fb_ref)found[slot].number);
        }
    }
    *out = wick_fb_table_end(&w->builder);
    return WICK_OK;
}

static uint64_t align_up(uint64_t value, uint64_t alignment)
{
    return (value + alignment - 1) / alignment * alignment;
}

// Decodes the segments, places them, and puts their table where the schema has it.
static wick_status place_segments(writer *w, json_t *root)
{
    const json_t *data = json_object_get(root, "segment_data");
    const place at = {NULL, "segment_data", 0};
    json_t *table = json_array();
    json_object_set_new(root, "segments", table);
    w->segment_count = (uint32_t)json_array_size(data);
    w->segments = wick_arena_alloc(w->arena, (size_t)w->segment_count + 1, sizeof *w->segments);
    for (uint32_t i = 0; i < w->segment_count; i++) {
        segment *s = &w->segments[i];
        const char *text = json_string_value(json_array_get(data, i));
        s->bytes = text != NULL ? wick_base64_decode(w->arena, text, &s->size_bytes) : NULL;
        if (s->bytes == NULL) {
            const place item = {&at, NULL, i};
            return fail(w, &item, "base64");
        }
        s->offset = s->size_bytes != 0 ? align_up(w->segment_bytes, SEGMENT_ALIGNMENT) : 0;
        w->segment_bytes = s->size_bytes != 0 ? s->offset + s->size_bytes : w->segment_bytes;
        json_array_append_new(table, json_pack("{s:I, s:I}", "offset", (json_int_t)s->offset,
                                               "size", (json_int_t)s->size_bytes));
    }
    return WICK_OK;
}

static void fill_header(const writer *w, uint8_t *bytes, uint64_t flatbuffer_bytes, uint64_t base)
{
    uint8_t *header = bytes + HEADER_AT;
    const bool is_flat = w->schema->frame == WICK_FBS_FLAT;
    memcpy(header, is_flat ? "FH01" : "eh00", 4);
    wick_store_u32(header + 4, is_flat ? FLAT_HEADER_BYTES : EXTENDED_HEADER_BYTES);
    header += 8;
    if (is_flat) {
        wick_store_u64(header, HEADER_AT + FLAT_HEADER_BYTES);
        wick_store_u64(header + 8, flatbuffer_bytes - HEADER_AT - FLAT_HEADER_BYTES);
        header += 8;
    } else {
        wick_store_u64(header, flatbuffer_bytes);
    }
    wick_store_u64(header + 8, base);
    wick_store_u64(header + 16, w->segment_bytes);
}

static uint32_t header_bytes(const writer *w)
{
    switch (w->schema->frame) {
    case WICK_FBS_EXTENDED:
        return w->segment_bytes != 0 ? EXTENDED_HEADER_BYTES : 0;
    case WICK_FBS_FLAT:
        return FLAT_HEADER_BYTES;
    case WICK_FBS_PLAIN:
        break;
    }
    return 0;
}

static void assemble(writer *w, wick_fb_ref root, uint8_t **bytes, size_t *size_bytes)
{
    size_t flatbuffer_bytes;
    const uint32_t header = header_bytes(w);
    const uint8_t *flatbuffer =
        wick_fb_finish(&w->builder, root, w->schema->magic, header, &flatbuffer_bytes);
    const uint64_t base =
        w->segment_bytes != 0 ? align_up(flatbuffer_bytes, SEGMENT_ALIGNMENT) : flatbuffer_bytes;
    *size_bytes = (size_t)(base + w->segment_bytes);
    *bytes = wick_arena_alloc(w->arena, *size_bytes, 1);
    memcpy(*bytes, flatbuffer, flatbuffer_bytes);
    if (header != 0) {
        fill_header(w, *bytes, flatbuffer_bytes, base);
    }
    for (uint32_t i = 0; i < w->segment_count; i++) {
        memcpy(*bytes + base + w->segments[i].offset, w->segments[i].bytes,
               w->segments[i].size_bytes);
    }
}

static wick_status write_root(writer *w, json_t *root, uint8_t **bytes, size_t *size_bytes)
{
    wick_fb_ref ref;
    if (w->schema->frame != WICK_FBS_PLAIN) {
        WICK_TRY(place_segments(w, root));
    }
    WICK_TRY(write_table(w, root, 0, NULL, &ref));
    assemble(w, ref, bytes, size_bytes);
    return WICK_OK;
}

wick_status wick_fbs_write(wick_arena *arena, const json_t *root, const char *source,
                           wick_diag *diag, uint8_t **bytes, size_t *size_bytes)
{
    const char *type = json_string_value(json_object_get(root, "root_type"));
    const wick_fbs_schema *schema = type != NULL ? wick_fbs_schema_named(type) : NULL;
    if (schema == NULL) {
        return wick_diag_error(
            diag, WICK_INVALID_PROGRAM, source,
            "expected an object whose root_type is Program, BundledProgram or FlatTensor");
    }
    writer w = {.builder = {.arena = arena, .alignment = schema->alignment},
                .arena = arena,
                .schema = schema,
                .source = source,
                .diag = diag};
    json_t *copy = json_copy((json_t *)(uintptr_t)root); // takes the table of segments
    const wick_status status = write_root(&w, copy, bytes, size_bytes);
    json_decref(copy);
    return status;
}
