// SPDX-License-Identifier: BSD-3-Clause
// Walks a flatbuffer by its schema. Files that a runtime has not verified come here too, so every
// position is checked before it is read.
#include "compiler/fbs/base64.h"
#include "compiler/fbs/fbs.h"
#include "compiler/fbs/schema.h"

#include "format/fb_checked.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum {
    VALUES_FOR_A_BYTE = 16
}; // shared vectors are printed once for each use: this bounds the tree

typedef struct reader {
    wick_arena *arena;
    const wick_fbs_schema *schema;
    wick_fb_checked buffer; // the flatbuffer
    uint64_t budget;
    const char *source;
    wick_diag *diag;
} reader;

static wick_status fail(const reader *r, size_t at, const char *what)
{
    return wick_diag_error(r->diag, WICK_INVALID_PROGRAM, r->source, "%s at byte %zu", what, at);
}

static wick_status take(reader *r, size_t at, uint64_t count)
{
    if (count > r->budget) {
        return fail(r, at,
                    "vectors are shared so often that the text would not end: found more values "
                    "than the file can mean");
    }
    r->budget -= count;
    return WICK_OK;
}

// The vector that the reference at `at` leads to.
static wick_status vector_at(reader *r, size_t at, uint32_t item_bytes, wick_fb_range *vector)
{
    return wick_fb_checked_vector(&r->buffer, at, item_bytes, vector)
               ? WICK_OK
               : fail(r, at, "a vector lies outside of the file: its reference is");
}

static json_t *number(const uint8_t *p, uint32_t bytes, wick_fbs_number kind)
{
    const uint64_t bits = wick_fb_load(p, bytes);
    if (kind != WICK_FBS_F) {
        const uint32_t shift = 64 - 8 * bytes;
        return json_integer(kind == WICK_FBS_I ? (int64_t)(bits << shift) >> shift : (int64_t)bits);
    }
    double real;
    memcpy(&real, &bits, sizeof real);
    if (isnan(real)) {
        return json_string("NaN");
    }
    return isinf(real) ? json_string(real > 0 ? "Infinity" : "-Infinity") : json_real(real);
}

static wick_status read_vector(reader *r, size_t at, wick_fbs_row row, json_t **out)
{
    wick_fb_range items;
    WICK_TRY(vector_at(r, at, row.arg, &items));
    const uint8_t *p = r->buffer.bytes + items.first;
    if (row.number == WICK_FBS_B) {
        WICK_TRY(take(r, at, items.count / VALUES_FOR_A_BYTE + 1));
        *out = json_string(wick_base64_encode(r->arena, p, items.count));
        return WICK_OK;
    }
    WICK_TRY(take(r, at, items.count + 1ull));
    *out = json_array();
    for (uint32_t i = 0; i < items.count; i++) {
        json_array_append_new(*out, number(p + (size_t)i * row.arg, row.arg, row.number));
    }
    return WICK_OK;
}

static wick_status read_string(reader *r, size_t at, json_t **out)
{
    wick_fb_range chars;
    WICK_TRY(vector_at(r, at, 1, &chars));
    WICK_TRY(take(r, at, chars.count / VALUES_FOR_A_BYTE + 1));
    const char *first = (const char *)r->buffer.bytes + chars.first;
    *out = memchr(first, 0, chars.count) == NULL ? json_stringn(first, chars.count) : NULL;
    return *out != NULL ? WICK_OK : fail(r, chars.first, "a string that is no text in UTF-8 lies");
}

static wick_status read_table(reader *r, size_t reference, uint32_t table, json_t **out);

static wick_status read_tables(reader *r, size_t at, uint32_t table, json_t **out)
{
    wick_fb_range items;
    WICK_TRY(vector_at(r, at, 4, &items));
    WICK_TRY(take(r, at, items.count + 1ull));
    *out = json_array();
    for (uint32_t i = 0; i < items.count; i++) {
        json_t *item = NULL;
        const wick_status status = read_table(r, items.first + 4 * (size_t)i, table, &item);
        json_array_append_new(*out, item);
        WICK_TRY(status);
    }
    return WICK_OK;
}

// The union at `at`; the member before holds its type code, which its name takes the place of.
static wick_status read_union(reader *r, json_t *object, const char *type_name, size_t at,
                              uint32_t union_row, json_t **out)
{
    const json_int_t code = json_integer_value(json_object_get(object, type_name));
    if (code < 1 || code > r->schema->unions[union_row]) {
        return fail(r, at, "a union of an unknown type lies");
    }
    const uint32_t table = r->schema->unions[union_row + (uint32_t)code];
    json_object_set_new(object, type_name, json_string(r->schema->rows[table].name));
    return read_table(r, at, table, out);
}

static wick_status read_field(reader *r, json_t *object, const wick_fbs_row *row, size_t at)
{
    json_t *value = NULL;
    wick_status status = WICK_OK;
    switch ((wick_fbs_kind)row->kind) {
    case WICK_FBS_SCALAR:
        value = number(r->buffer.bytes + at, row->arg, row->number);
        break;
    case WICK_FBS_STRING:
        status = read_string(r, at, &value);
        break;
    case WICK_FBS_VECTOR:
        status = read_vector(r, at, *row, &value);
        break;
    case WICK_FBS_TABLE:
        status = read_table(r, at, row->arg, &value);
        break;
    case WICK_FBS_TABLES:
        status = read_tables(r, at, row->arg, &value);
        break;
    case WICK_FBS_UNION:
        status = read_union(r, object, row[-1].name, at, row->arg, &value);
        break;
    case WICK_FBS_END:
        break;
    }
    json_object_set_new(object, row->name, value);
    return status;
}

static wick_status read_table(reader *r, size_t reference, uint32_t table, json_t **out)
{
    size_t at;
    if (!wick_fb_checked_table(&r->buffer, reference, &at)) {
        return fail(r, reference, "a table lies outside of the file: its reference is");
    }
    WICK_TRY(take(r, at, 1));
    *out = json_object();
    const wick_fbs_row *fields = &r->schema->rows[table + 1];
    for (uint32_t slot = 0; fields[slot].kind != WICK_FBS_END; slot++) {
        const uint32_t bytes = fields[slot].kind == WICK_FBS_SCALAR ? fields[slot].arg : 4;
        size_t field;
        if (!wick_fb_checked_field(&r->buffer, at, slot, bytes, &field)) {
            return fail(r, at, "a field lies outside of the file: its table is");
        }
        if (field != 0) {
            WICK_TRY(read_field(r, *out, &fields[slot], field));
        }
    }
    return WICK_OK;
}

// Where segments start, behind the flatbuffer.
static wick_status read_header(reader *r, const uint8_t *bytes, size_t size_bytes, uint64_t *base)
{
    uint64_t end = *base = size_bytes;
    if (r->schema->frame == WICK_FBS_EXTENDED && size_bytes >= 32 &&
        memcmp(bytes + 8, "eh00", 4) == 0) {
        end = wick_fb_load(bytes + 16, 8);
        *base = wick_fb_load(bytes + 24, 8);
    } else if (r->schema->frame == WICK_FBS_FLAT && size_bytes >= 48 &&
               memcmp(bytes + 8, "FH01", 4) == 0) {
        end = wick_fb_load(bytes + 16, 8) + wick_fb_load(bytes + 24, 8);
        *base = wick_fb_load(bytes + 32, 8);
    }
    if (end > size_bytes || *base > size_bytes) {
        return fail(r, 8, "the header names more bytes than the file has:");
    }
    r->buffer = (wick_fb_checked){bytes, (size_t)end};
    return WICK_OK;
}

static wick_status read_segment(reader *r, const json_t *segment, const uint8_t *data,
                                uint64_t data_bytes, json_t *out)
{
    const uint64_t offset = (uint64_t)json_integer_value(json_object_get(segment, "offset"));
    const uint64_t size = (uint64_t)json_integer_value(json_object_get(segment, "size"));
    if (offset > data_bytes || size > data_bytes - offset) {
        return fail(r, r->buffer.end, "a segment ends outside of the file: they start behind");
    }
    WICK_TRY(take(r, r->buffer.end, size / VALUES_FOR_A_BYTE + 1));
    json_array_append_new(out,
                          json_string(wick_base64_encode(r->arena, data + offset, (size_t)size)));
    return WICK_OK;
}

// In place of the table of segments: what they hold.
static wick_status read_segments(reader *r, json_t *root, const uint8_t *data, uint64_t data_bytes)
{
    json_t *segments = json_object_get(root, "segments");
    json_t *out = json_array();
    wick_status status = WICK_OK;
    for (size_t i = 0; i < json_array_size(segments) && status == WICK_OK; i++) {
        status = read_segment(r, json_array_get(segments, i), data, data_bytes, out);
    }
    json_object_del(root, "segments");
    json_object_set_new(root, "segment_data", out);
    return status;
}

static wick_status read_root(reader *r, const uint8_t *bytes, size_t size_bytes, json_t **out)
{
    uint64_t base;
    WICK_TRY(read_header(r, bytes, size_bytes, &base));
    WICK_TRY(read_table(r, 0, 0, out));
    json_object_set_new(*out, "root_type", json_string(r->schema->rows[0].name));
    return r->schema->frame == WICK_FBS_PLAIN
               ? WICK_OK
               : read_segments(r, *out, bytes + base, size_bytes - base);
}

wick_status wick_fbs_read(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                          const char *source, wick_diag *diag, json_t **out)
{
    const wick_fbs_schema *schema = wick_fbs_schema_of(bytes, size_bytes);
    *out = NULL;
    if (schema == NULL) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, source,
                               "no program (ET12), bundled program (BP08) or external data (FT01)");
    }
    reader r = {arena,  schema, {bytes, size_bytes}, (uint64_t)size_bytes * VALUES_FOR_A_BYTE,
                source, diag};
    const wick_status status = read_root(&r, bytes, size_bytes, out);
    if (status != WICK_OK) {
        json_decref(*out);
        *out = NULL;
    }
    return status;
}
