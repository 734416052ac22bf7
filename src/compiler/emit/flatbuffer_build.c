// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/emit/flatbuffer_build.h"

#include "base/assert.h"
#include "base/bytes.h"
#include "format/pte_schema.h"

#include <stdbool.h>
#include <string.h>

enum {
    FB_FIRST_CAPACITY = 4096,
    FB_REF_BYTES = 4,
    FB_ALIGNMENT = 16, // of the whole buffer, if nothing is said
    FB_VTABLE_BYTES = 4 + 2 * WICK_FB_MAX_SLOTS,
};

// An object that others may refer to again.
struct wick_fb_shared {
    wick_fb_ref ref;
    uint32_t size_bytes;
    uint32_t alignment;
    bool is_string;
    struct wick_fb_shared *next;
};

static uint8_t *fb_at(const wick_fb_builder *builder, wick_fb_ref ref)
{
    return builder->bytes + builder->capacity - ref;
}

static void fb_reserve(wick_fb_builder *builder, size_t size_bytes)
{
    if (builder->capacity - builder->used >= size_bytes) {
        return;
    }
    size_t capacity = builder->capacity ? builder->capacity : FB_FIRST_CAPACITY;
    while (capacity - builder->used < size_bytes) {
        capacity *= 2;
    }
    uint8_t *bytes = wick_arena_alloc(builder->arena, capacity, 1);
    if (builder->used != 0) {
        memcpy(bytes + capacity - builder->used, fb_at(builder, (wick_fb_ref)builder->used),
               builder->used);
    }
    builder->bytes = bytes;
    builder->capacity = capacity;
}

// Room for `size_bytes` in front of what is there, zero-filled.
static uint8_t *fb_push(wick_fb_builder *builder, size_t size_bytes)
{
    fb_reserve(builder, size_bytes);
    builder->used += size_bytes;
    return fb_at(builder, (wick_fb_ref)builder->used);
}

// Pads so that, after `size_bytes` more, the front is aligned.
static void fb_align(wick_fb_builder *builder, size_t alignment, size_t size_bytes)
{
    size_t past = (builder->used + size_bytes) % alignment;
    if (past != 0) {
        fb_push(builder, alignment - past);
    }
}

static void fb_store(uint8_t *p, uint64_t number, uint32_t bytes)
{
    for (uint32_t i = 0; i < bytes; i++) {
        p[i] = (uint8_t)(number >> 8 * i);
    }
}

// A reference is the distance from where it stands to its object.
static void fb_push_ref(wick_fb_builder *builder, wick_fb_ref ref)
{
    uint8_t *p = fb_push(builder, FB_REF_BYTES);
    wick_store_u32(p, (uint32_t)builder->used - ref);
}

static void fb_push_u32(wick_fb_builder *builder, uint32_t value)
{
    wick_store_u32(fb_push(builder, 4), value);
}

static wick_fb_shared *fb_share(wick_fb_builder *builder, wick_fb_shared **list,
                                wick_fb_shared object)
{
    wick_fb_shared *shared = wick_arena_alloc(builder->arena, 1, sizeof *shared);
    *shared = object;
    shared->next = *list;
    *list = shared;
    return shared;
}

// FNV-1a. Source: draft-eastlake-fnv.
static uint32_t fb_hash(const uint8_t *bytes, size_t count)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < count; i++) {
        hash = (hash ^ bytes[i]) * 16777619u;
    }
    return hash;
}

static wick_fb_ref fb_vector(wick_fb_builder *builder, const void *items, uint32_t count,
                             uint32_t item_bytes, uint32_t alignment, bool is_string)
{
    uint32_t bytes = count * item_bytes;
    wick_fb_shared **list = &builder->shared[fb_hash(items, bytes) % WICK_FB_BUCKETS];
    for (const wick_fb_shared *other = *list; other != NULL; other = other->next) {
        if (other->size_bytes == bytes && other->alignment == alignment &&
            other->is_string == is_string &&
            memcmp(fb_at(builder, other->ref) + 4, items, bytes) == 0) {
            return other->ref;
        }
    }
    uint32_t end = bytes + (is_string ? 1 : 0); // a string ends in a zero that it does not count
    fb_align(builder, alignment > 4 ? alignment : 4, end);
    uint8_t *p = fb_push(builder, end);
    if (bytes != 0) {
        memcpy(p, items, bytes);
    }
    fb_push_u32(builder, count);
    return fb_share(builder, list,
                    (wick_fb_shared){(wick_fb_ref)builder->used, bytes, alignment, is_string, NULL})
        ->ref;
}

wick_fb_ref wick_fb_string_create(wick_fb_builder *builder, const char *text)
{
    return fb_vector(builder, text, (uint32_t)strlen(text), 1, 1, true);
}

wick_fb_ref wick_fb_vector_create(wick_fb_builder *builder, const void *items, uint32_t count,
                                  uint32_t item_bytes)
{
    return fb_vector(builder, count ? items : "", count, item_bytes, item_bytes, false);
}

wick_fb_ref wick_fb_bytes_create(wick_fb_builder *builder, const uint8_t *bytes, uint32_t count,
                                 uint32_t alignment)
{
    return fb_vector(builder, bytes, count, 1, alignment, false);
}

wick_fb_ref wick_fb_tables_create(wick_fb_builder *builder, const wick_fb_ref *tables,
                                  uint32_t count)
{
    fb_align(builder, FB_REF_BYTES, 0);
    for (uint32_t i = count; i-- > 0;) {
        fb_push_ref(builder, tables[i]);
    }
    fb_push_u32(builder, count);
    return (wick_fb_ref)builder->used;
}

void wick_fb_table_begin(wick_fb_builder *builder, uint32_t table)
{
    builder->table = table;
    memset(builder->fields, 0, sizeof builder->fields);
}

static wick_pte_row fb_row(const wick_fb_builder *builder, uint32_t slot)
{
    return wick_pte_rows[builder->table + 1 + slot];
}

void wick_fb_set_always(wick_fb_builder *builder, uint32_t slot, uint64_t number)
{
    wick_pte_row row = fb_row(builder, slot);
    WICK_ASSERT(wick_pte_row_kind(row) == WICK_PTE_KIND_SCALAR);
    wick_fb_set_bytes(builder, slot, number, row.arg);
}

void wick_fb_set_bytes(wick_fb_builder *builder, uint32_t slot, uint64_t number, uint8_t bytes)
{
    builder->fields[slot] = (wick_fb_field_value){number, bytes, 0};
}

void wick_fb_set(wick_fb_builder *builder, uint32_t slot, uint64_t number)
{
    if (number != 0) { // every default of the schema is zero
        wick_fb_set_always(builder, slot, number);
    }
}

void wick_fb_set_ref(wick_fb_builder *builder, uint32_t slot, wick_fb_ref ref)
{
    if (ref != 0) {
        WICK_ASSERT(builder->table == WICK_FB_ANY_TABLE ||
                    wick_pte_row_kind(fb_row(builder, slot)) != WICK_PTE_KIND_SCALAR);
        builder->fields[slot] = (wick_fb_field_value){ref, FB_REF_BYTES, 1};
    }
}

void wick_fb_set_union(wick_fb_builder *builder, uint32_t slot, uint32_t type, wick_fb_ref ref)
{
    wick_fb_set(builder, slot - 1, type);
    wick_fb_set_ref(builder, slot, ref);
}

// Writes the fields of one width; ends[slot] is where each begins, from the end of the buffer.
static void fb_push_fields(wick_fb_builder *builder, uint32_t bytes, uint32_t *begins)
{
    for (uint32_t slot = WICK_FB_MAX_SLOTS; slot-- > 0;) {
        const wick_fb_field_value *field = &builder->fields[slot];
        if (field->bytes != bytes) {
            continue;
        }
        fb_align(builder, bytes, 0);
        if (field->is_ref) {
            fb_push_ref(builder, (wick_fb_ref)field->number);
        } else {
            fb_store(fb_push(builder, bytes), field->number, bytes);
        }
        begins[slot] = (uint32_t)builder->used;
    }
}

// A vtable: its bytes, the table's bytes, and for each slot where the field lies in the table.
// Trailing absent slots are left out.
static uint32_t fb_vtable_bytes(uint8_t *vtable, uint32_t table, uint32_t table_bytes,
                                const uint32_t *begins)
{
    uint32_t count = 0;
    for (uint32_t slot = 0; slot < WICK_FB_MAX_SLOTS; slot++) {
        wick_store_u16(vtable + 4 + 2 * slot, (uint16_t)(begins[slot] ? table - begins[slot] : 0));
        count = begins[slot] ? slot + 1 : count;
    }
    wick_store_u16(vtable, (uint16_t)(4 + 2 * count));
    wick_store_u16(vtable + 2, (uint16_t)table_bytes);
    return 4 + 2 * count;
}

static wick_fb_ref fb_vtable(wick_fb_builder *builder, const uint8_t *vtable, uint32_t size_bytes)
{
    for (const wick_fb_shared *other = builder->vtables; other != NULL; other = other->next) {
        if (other->size_bytes == size_bytes &&
            memcmp(fb_at(builder, other->ref), vtable, size_bytes) == 0) {
            return other->ref;
        }
    }
    fb_align(builder, 2, size_bytes);
    memcpy(fb_push(builder, size_bytes), vtable, size_bytes);
    return fb_share(builder, &builder->vtables,
                    (wick_fb_shared){(wick_fb_ref)builder->used, size_bytes, 2, false, NULL})
        ->ref;
}

wick_fb_ref wick_fb_table_end(wick_fb_builder *builder)
{
    uint8_t vtable[FB_VTABLE_BYTES];
    uint32_t begins[WICK_FB_MAX_SLOTS] = {0};
    fb_align(builder, FB_REF_BYTES, 0);
    size_t end = builder->used;
    // Wide fields first, at the far end: narrow ones then need no padding between them.
    for (uint32_t bytes = 8; bytes > 0; bytes /= 2) {
        fb_push_fields(builder, bytes, begins);
    }
    fb_align(builder, FB_REF_BYTES, FB_REF_BYTES);
    fb_push(builder, FB_REF_BYTES); // distance back to the vtable, known below
    wick_fb_ref table = (wick_fb_ref)builder->used;
    uint32_t size_bytes = fb_vtable_bytes(vtable, table, (uint32_t)(table - end), begins);
    wick_fb_ref shared = fb_vtable(builder, vtable, size_bytes);
    wick_store_u32(fb_at(builder, table), shared - table);
    return table;
}

uint8_t *wick_fb_finish(wick_fb_builder *builder, wick_fb_ref root, const char *magic,
                        uint32_t header_bytes, size_t *size_bytes)
{
    const uint32_t prefix = 8 + header_bytes;
    fb_align(builder, builder->alignment ? builder->alignment : FB_ALIGNMENT, prefix);
    uint8_t *start = fb_push(builder, prefix);
    wick_store_u32(start, (uint32_t)builder->used - root);
    memcpy(start + 4, magic, 4);
    *size_bytes = builder->used;
    return start;
}
