// SPDX-License-Identifier: BSD-3-Clause
// Builds flatbuffers of the .pte schema: widths of fields come from format/pte_schema.def.
//
// Grows from the end to the front, as every reference points forward: children first, the root
// last. Equal vectors, strings and vtables are stored once. Fields that are zero or absent take no
// room.
#ifndef WICK_COMPILER_EMIT_FLATBUFFER_BUILD_H
#define WICK_COMPILER_EMIT_FLATBUFFER_BUILD_H

#include "compiler/support/arena.h"

enum {
    WICK_FB_MAX_SLOTS = 16,
    WICK_FB_BUCKETS = 256,
    WICK_FB_ANY_TABLE = UINT32_MAX, // of another schema: its fields come with their widths
};

// Distance of an object's first byte from the end of the buffer: stays true while the buffer grows.
// 0: none.
typedef uint32_t wick_fb_ref;

typedef struct wick_fb_field_value {
    uint64_t number; // or a reference
    uint8_t bytes;   // 0: absent
    uint8_t is_ref;
} wick_fb_field_value;

typedef struct wick_fb_shared wick_fb_shared;

typedef struct wick_fb_builder {
    wick_arena *arena;
    uint8_t *bytes; // the last `used` of `capacity` bytes are written
    size_t capacity;
    size_t used;
    uint32_t alignment;                            // of the whole buffer; 0: 16
    uint32_t table;                                // the open one, WICK_PTE_<TABLE>
    wick_fb_field_value fields[WICK_FB_MAX_SLOTS]; // of the open table
    wick_fb_shared *vtables;
    wick_fb_shared *shared[WICK_FB_BUCKETS]; // vectors and strings by hash
} wick_fb_builder;

wick_fb_ref wick_fb_string_create(wick_fb_builder *builder, const char *text);
// `items` are little-endian, `item_bytes` each.
wick_fb_ref wick_fb_vector_create(wick_fb_builder *builder, const void *items, uint32_t count,
                                  uint32_t item_bytes);
// Bytes that start at a multiple of `alignment`, which is at most that of the buffer.
wick_fb_ref wick_fb_bytes_create(wick_fb_builder *builder, const uint8_t *bytes, uint32_t count,
                                 uint32_t alignment);
wick_fb_ref wick_fb_tables_create(wick_fb_builder *builder, const wick_fb_ref *tables,
                                  uint32_t count);

// Between begin and end only fields are set; tables do not nest.
void wick_fb_table_begin(wick_fb_builder *builder, uint32_t table);
void wick_fb_set(wick_fb_builder *builder, uint32_t slot, uint64_t number);
// The same, also where the number is zero: so tables of one type share a vtable, which the runtime
// then checks once.
void wick_fb_set_always(wick_fb_builder *builder, uint32_t slot, uint64_t number);
// The same for a table of any schema.
void wick_fb_set_bytes(wick_fb_builder *builder, uint32_t slot, uint64_t number, uint8_t bytes);
void wick_fb_set_ref(wick_fb_builder *builder, uint32_t slot, wick_fb_ref ref);
// Sets the member of a union: its type in the slot before.
void wick_fb_set_union(wick_fb_builder *builder, uint32_t slot, uint32_t type, wick_fb_ref ref);
wick_fb_ref wick_fb_table_end(wick_fb_builder *builder);

// Closes the buffer: u32 offset of the root, four letters, `header_bytes` for the caller to fill,
// then the objects. The start is aligned. Returns the first byte.
uint8_t *wick_fb_finish(wick_fb_builder *builder, wick_fb_ref root, const char *magic,
                        uint32_t header_bytes, size_t *size_bytes);

#endif
