// SPDX-License-Identifier: BSD-3-Clause
// Segment 0 of a packed program holds its constants; all others belong to delegates and named data.
#include "compiler/fbs/merge.h"

#include "compiler/fbs/base64.h"
#include "wick/tensor.h"

#include <string.h>

enum { CONSTANT_ALIGNMENT = 16, DATA_IN_SEGMENT = 1, LOCATION_EXTERNAL = 1 };

typedef struct blob {
    const uint8_t *bytes;
    size_t size_bytes;
    size_t offset;
} blob;

// The constants that have been gathered; number 0 is reserved.
typedef struct pool {
    wick_arena *arena;
    blob *blobs;
    uint32_t count;
    uint32_t capacity;
    size_t size_bytes;
    const json_t
        *external; // FlatTensor that tensors outside of the program are in; NULL: they stay out
} pool;

// Where a program keeps data of one kind: offsets into a segment, or inline buffers.
typedef struct store {
    const json_t *offsets;
    const json_t *buffers;
    const uint8_t *bytes;
    size_t size_bytes;
} store;

static json_int_t integer_at(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

static const uint8_t *segment_at(wick_arena *arena, const json_t *program, size_t index,
                                 size_t *size_bytes)
{
    const char *text =
        json_string_value(json_array_get(json_object_get(program, "segment_data"), index));
    *size_bytes = 0;
    return text != NULL ? wick_base64_decode(arena, text, size_bytes) : NULL;
}

static store store_of(wick_arena *arena, const json_t *program, const json_t *table)
{
    store s = {.offsets = json_object_get(table, "offsets")};
    if (table != NULL) {
        s.bytes =
            segment_at(arena, program, (size_t)integer_at(table, "segment_index"), &s.size_bytes);
    }
    return s;
}

size_t wick_fbs_tensor_bytes(const json_t *tensor)
{
    size_t bytes = wick_dtype_size_bytes((uint32_t)integer_at(tensor, "scalar_type"));
    size_t index;
    const json_t *size;
    json_array_foreach(json_object_get(tensor, "sizes"), index, size)
    {
        bytes *= (size_t)json_integer_value(size); // a verified program: no overflow
    }
    return bytes;
}

// The bytes of datum `index`; NULL if they lie outside.
static const uint8_t *datum(wick_arena *arena, const store *s, size_t index, size_t size_bytes)
{
    if (json_array_size(s->offsets) > 1) {
        const size_t offset = (size_t)json_integer_value(json_array_get(s->offsets, index));
        const bool is_inside = s->bytes != NULL && index < json_array_size(s->offsets) &&
                               offset <= s->size_bytes && size_bytes <= s->size_bytes - offset;
        return is_inside ? s->bytes + offset : NULL;
    }
    size_t stored = 0;
    const char *text =
        json_string_value(json_object_get(json_array_get(s->buffers, index), "storage"));
    const uint8_t *bytes = text != NULL ? wick_base64_decode(arena, text, &stored) : NULL;
    return stored >= size_bytes ? bytes : NULL;
}

// Number of these bytes in the pool.
static uint32_t pool_add(pool *p, const uint8_t *bytes, size_t size_bytes)
{
    for (uint32_t i = 1; i < p->count; i++) {
        if (p->blobs[i].size_bytes == size_bytes &&
            memcmp(p->blobs[i].bytes, bytes, size_bytes) == 0) {
            return i;
        }
    }
    if (p->count == p->capacity) {
        blob *more = wick_arena_alloc(p->arena, 2 * (size_t)p->capacity + 16, sizeof *more);
        if (p->count != 0) {
            memcpy(more, p->blobs, p->count * sizeof *more);
        }
        p->blobs = more;
        p->capacity = 2 * p->capacity + 16;
        p->count = p->count == 0 ? 1 : p->count;
    }
    const size_t offset =
        (p->size_bytes + CONSTANT_ALIGNMENT - 1) / CONSTANT_ALIGNMENT * CONSTANT_ALIGNMENT;
    p->blobs[p->count] = (blob){bytes, size_bytes, offset};
    p->size_bytes = offset + (size_bytes != 0 ? size_bytes : 1); // so that each offset lies inside
    return p->count++;
}

static const char *name_of(const json_t *tensor)
{
    const json_t *extra = json_object_get(tensor, "extra_tensor_info");
    const char *name = json_string_value(json_object_get(extra, "fully_qualified_name"));
    return name != NULL ? name : "";
}

static bool is_external(const json_t *tensor)
{
    return integer_at(json_object_get(tensor, "extra_tensor_info"), "location") ==
           LOCATION_EXTERNAL;
}

static const json_t *entry_named(const json_t *data, const char *name)
{
    size_t index;
    const json_t *entry;
    json_array_foreach(json_object_get(data, "named_data"), index, entry)
    {
        const char *key = json_string_value(json_object_get(entry, "key"));
        if (key != NULL && strcmp(key, name) == 0) {
            return entry;
        }
    }
    return NULL;
}

static bool has_layout(const json_t *tensor, const json_t *layout)
{
    const json_t *none = json_object_get(tensor, "dim_order"); // of rank 0 it may be left out
    return layout == NULL ||
           (integer_at(tensor, "scalar_type") == integer_at(layout, "scalar_type") &&
            json_equal(json_object_get(tensor, "sizes"), json_object_get(layout, "sizes")) &&
            (none == NULL || json_equal(none, json_object_get(layout, "dim_order"))));
}

// The data of a tensor that is outside becomes a constant of the program.
static wick_status link_tensor(pool *p, json_t *tensor, const char *source, wick_diag *diag)
{
    const json_t *entry = entry_named(p->external, name_of(tensor));
    const size_t size_bytes = wick_fbs_tensor_bytes(tensor);
    size_t stored = 0;
    if (entry == NULL) {
        return wick_diag_error(diag, WICK_NOT_FOUND, source,
                               "the external data has nothing named '%s'", name_of(tensor));
    }
    const uint8_t *bytes =
        segment_at(p->arena, p->external, (size_t)integer_at(entry, "segment_index"), &stored);
    if (bytes == NULL || stored < size_bytes ||
        !has_layout(tensor, json_object_get(entry, "tensor_layout"))) {
        return wick_diag_error(
            diag, WICK_INVALID_EXTERNAL_DATA, source,
            "'%s' has another type, shape or dim order in the external data than in the program, "
            "or is shorter",
            name_of(tensor));
    }
    json_object_del(json_object_get(tensor, "extra_tensor_info"), "location");
    json_object_set_new(tensor, "data_buffer_idx", json_integer(pool_add(p, bytes, size_bytes)));
    return WICK_OK;
}

static wick_status gather_tensor(pool *p, json_t *tensor, const store *constants,
                                 const store *states, const char *source, wick_diag *diag)
{
    const bool is_state = json_is_object(json_object_get(tensor, "allocation_info"));
    const size_t index = (size_t)integer_at(tensor, "data_buffer_idx");
    const size_t size_bytes = wick_fbs_tensor_bytes(tensor);
    if (is_external(tensor)) {
        return p->external != NULL ? link_tensor(p, tensor, source, diag) : WICK_OK;
    }
    if (index == 0) {
        return WICK_OK;
    }
    const uint8_t *bytes = datum(p->arena, is_state ? states : constants, index, size_bytes);
    if (bytes == NULL) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, source,
                               "data %zu of a tensor lies outside of its segment", index);
    }
    json_object_set_new(tensor, "data_buffer_idx", json_integer(pool_add(p, bytes, size_bytes)));
    return WICK_OK;
}

// Tensors of all methods of a program point into the pool afterwards.
static wick_status gather(pool *p, json_t *program, const char *source, wick_diag *diag)
{
    store constants = store_of(p->arena, program, json_object_get(program, "constant_segment"));
    constants.buffers = json_object_get(program, "constant_buffer");
    const store states = store_of(
        p->arena, program, json_array_get(json_object_get(program, "mutable_data_segments"), 0));
    size_t index;
    size_t at;
    json_t *method;
    json_t *value;
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        json_array_foreach(json_object_get(method, "values"), at, value)
        {
            const char *type = json_string_value(json_object_get(value, "val_type"));
            if (type != NULL && strcmp(type, "Tensor") == 0) {
                WICK_TRY(gather_tensor(p, json_object_get(value, "val"), &constants, &states,
                                       source, diag));
            }
        }
    }
    return WICK_OK;
}

static bool is_segment_zero(const json_t *table)
{
    return table != NULL && integer_at(table, "segment_index") == 0;
}

// Whether segment 0 holds constants now, or is somebody else's.
static bool has_constant_segment(const json_t *program)
{
    return json_object_get(program, "constant_segment") != NULL &&
           is_segment_zero(json_object_get(program, "constant_segment"));
}

static void store_pool(const pool *p, json_t *program)
{
    uint8_t *bytes = wick_arena_alloc(p->arena, p->size_bytes + 1, 1);
    json_t *offsets = json_array();
    json_array_append_new(offsets, json_integer(0));
    for (uint32_t i = 1; i < p->count; i++) {
        memcpy(bytes + p->blobs[i].offset, p->blobs[i].bytes, p->blobs[i].size_bytes);
        json_array_append_new(offsets, json_integer((json_int_t)p->blobs[i].offset));
    }
    json_t *segments = json_object_get(program, "segment_data");
    json_t *data = json_string(wick_base64_encode(p->arena, bytes, p->size_bytes));
    json_array_set_new(segments, 0, data);
    json_t *table = json_pack("{s:i, s:o}", "segment_index", 0, "offsets", offsets);
    if (json_array_size(json_object_get(program, "mutable_data_segments")) > 0) {
        json_object_set_new(program, "mutable_data_segments", json_pack("[O]", table));
    }
    json_object_set_new(program, "constant_segment", table);
    json_object_del(program, "constant_buffer");
}

// Makes room for a constant segment where there was none, as in old files.
static void open_segment_zero(json_t *program)
{
    if (json_object_get(program, "segment_data") == NULL) {
        json_object_set_new(program, "segment_data", json_array());
    }
    json_t *segments = json_object_get(program, "segment_data");
    if (json_array_size(segments) == 0) {
        json_array_append_new(segments, json_string(""));
    }
}

wick_status wick_fbs_pack_constants(wick_arena *arena, json_t *program, const char *source,
                                    wick_diag *diag)
{
    pool p = {.arena = arena};
    if (!has_constant_segment(program) &&
        json_array_size(json_object_get(program, "segment_data")) > 0) {
        return WICK_OK; // its segments are of delegates, and its constants inline: they stay
    }
    WICK_TRY(gather(&p, program, source, diag));
    open_segment_zero(program);
    store_pool(&p, program);
    return WICK_OK;
}

wick_status wick_fbs_link(wick_arena *arena, json_t *program, const json_t *data,
                          const char *source, wick_diag *diag)
{
    pool p = {.arena = arena, .external = data};
    WICK_TRY(gather(&p, program, source, diag));
    open_segment_zero(program);
    store_pool(&p, program);
    return WICK_OK;
}

// A constant of the program as an entry of a FlatTensor, and marked as being there.
static wick_status split_tensor(wick_arena *arena, json_t *tensor, const store *constants,
                                json_t *data, const char *source, wick_diag *diag)
{
    const size_t index = (size_t)integer_at(tensor, "data_buffer_idx");
    const size_t size_bytes = wick_fbs_tensor_bytes(tensor);
    const uint8_t *bytes = datum(arena, constants, index, size_bytes);
    const char *name =
        *name_of(tensor) != 0 ? name_of(tensor) : wick_arena_format(arena, "constant_%zu", index);
    json_t *segments = json_object_get(data, "segment_data");
    if (bytes == NULL) {
        return wick_diag_error(diag, WICK_INVALID_PROGRAM, source,
                               "data %zu of a tensor lies outside of its segment", index);
    }
    if (entry_named(data, name) == NULL) {
        json_array_append_new(segments, json_string(wick_base64_encode(arena, bytes, size_bytes)));
        json_array_append_new(
            json_object_get(data, "named_data"),
            json_pack("{s:s, s:i, s:{s:I, s:O, s:O}}", "key", name, "segment_index",
                      (int)json_array_size(segments) - 1, "tensor_layout", "scalar_type",
                      integer_at(tensor, "scalar_type"), "sizes", json_object_get(tensor, "sizes"),
                      "dim_order", json_object_get(tensor, "dim_order")));
    }
    json_object_set_new(
        tensor, "extra_tensor_info",
        json_pack("{s:s, s:i}", "fully_qualified_name", name, "location", LOCATION_EXTERNAL));
    json_object_del(tensor, "data_buffer_idx");
    return WICK_OK;
}

wick_status wick_fbs_split(wick_arena *arena, json_t *program, size_t smallest_bytes,
                           const char *source, wick_diag *diag, json_t **data)
{
    size_t index;
    size_t at;
    json_t *method;
    json_t *value;
    WICK_TRY(
        wick_fbs_pack_constants(arena, program, source, diag)); // one number for equal constants
    const store constants = store_of(arena, program, json_object_get(program, "constant_segment"));
    *data = json_pack("{s:s, s:i, s:[], s:[]}", "root_type", "FlatTensor", "version", 0,
                      "named_data", "segment_data");
    json_array_foreach(json_object_get(program, "execution_plan"), index, method)
    {
        json_array_foreach(json_object_get(method, "values"), at, value)
        {
            json_t *tensor = json_object_get(value, "val");
            const bool is_constant = integer_at(tensor, "data_buffer_idx") != 0 &&
                                     !is_external(tensor) &&
                                     json_object_get(tensor, "allocation_info") == NULL;
            if (is_constant && wick_fbs_tensor_bytes(tensor) >= smallest_bytes) {
                WICK_TRY(split_tensor(arena, tensor, &constants, *data, source, diag));
            }
        }
    }
    return wick_fbs_pack_constants(arena, program, source, diag);
}

// Appends the segments from 1 on, and the inline data of delegates; the numbers of what the other
// program's refer to grow by what was there.
static void append_delegates(json_t *program, json_t *other, json_int_t *inline_before,
                             json_int_t *segments_before)
{
    json_t *segments = json_object_get(program, "segment_data");
    const json_t *more = json_object_get(other, "segment_data");
    *segments_before = (json_int_t)json_array_size(segments) - 1;
    for (size_t i = 1; i < json_array_size(more); i++) {
        json_array_append(segments, json_array_get(more, i));
    }
    json_t *data = json_object_get(program, "backend_delegate_data");
    if (data == NULL) {
        data = json_array();
        json_object_set_new(program, "backend_delegate_data", data);
    }
    *inline_before = (json_int_t)json_array_size(data);
    json_array_extend(data, json_object_get(other, "backend_delegate_data"));
}

static void move_method(json_t *methods, json_t *method, json_int_t inline_before,
                        json_int_t segments_before)
{
    size_t index;
    json_t *delegate;
    json_array_foreach(json_object_get(method, "delegates"), index, delegate)
    {
        json_t *processed = json_object_get(delegate, "processed");
        const bool in_segment = integer_at(processed, "location") == DATA_IN_SEGMENT;
        const json_int_t number =
            integer_at(processed, "index") + (in_segment ? segments_before : inline_before);
        if (processed != NULL) {
            json_object_set_new(processed, "index", json_integer(number));
        }
    }
    json_array_append(methods, method);
}

static wick_status append_named_data(json_t *program, json_t *other, json_int_t segments_before,
                                     const char *source, wick_diag *diag)
{
    json_t *names = json_object_get(program, "named_data");
    if (names == NULL) {
        names = json_array();
        json_object_set_new(program, "named_data", names);
    }
    const size_t before = json_array_size(names);
    size_t index;
    json_t *entry;
    json_array_foreach(json_object_get(other, "named_data"), index, entry)
    {
        const char *key = json_string_value(json_object_get(entry, "key"));
        for (size_t i = 0; i < before; i++) {
            const char *own = json_string_value(json_object_get(json_array_get(names, i), "key"));
            if (own != NULL && key != NULL && strcmp(own, key) == 0) {
                return wick_diag_error(diag, WICK_INVALID_ARGUMENT, source,
                                       "both programs have named data '%s'", key);
            }
        }
        json_object_set_new(entry, "segment_index",
                            json_integer(integer_at(entry, "segment_index") + segments_before));
        json_array_append(names, entry);
    }
    return WICK_OK;
}

static wick_status check_names(const json_t *program, const json_t *other, const char *source,
                               wick_diag *diag)
{
    size_t i;
    size_t k;
    const json_t *a;
    const json_t *b;
    json_array_foreach(json_object_get(other, "execution_plan"), i, a)
    {
        json_array_foreach(json_object_get(program, "execution_plan"), k, b)
        {
            const char *name = json_string_value(json_object_get(a, "name"));
            if (json_equal(json_object_get(a, "name"), json_object_get(b, "name"))) {
                return wick_diag_error(
                    diag, WICK_INVALID_ARGUMENT, source,
                    "has a method '%s', and so has a program before: give it another name, as in "
                    "NAME=%s",
                    name, source);
            }
        }
    }
    return WICK_OK;
}

wick_status wick_fbs_merge(wick_arena *arena, json_t *program, json_t *other, const char *source,
                           wick_diag *diag)
{
    pool p = {.arena = arena};
    json_int_t inline_before;
    json_int_t segments_before;
    size_t index;
    json_t *method;
    WICK_TRY(check_names(program, other, source, diag));
    WICK_TRY(gather(&p, program, source, diag));
    WICK_TRY(gather(&p, other, source, diag));
    open_segment_zero(program);
    if (json_array_size(json_object_get(other, "mutable_data_segments")) > 0) {
        json_object_set(program, "mutable_data_segments",
                        json_object_get(other, "mutable_data_segments"));
    }
    append_delegates(program, other, &inline_before, &segments_before);
    WICK_TRY(append_named_data(program, other, segments_before, source, diag));
    json_array_foreach(json_object_get(other, "execution_plan"), index, method)
    {
        move_method(json_object_get(program, "execution_plan"), method, inline_before,
                    segments_before);
    }
    store_pool(&p, program);
    return WICK_OK;
}
