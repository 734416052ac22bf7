// SPDX-License-Identifier: BSD-3-Clause
// Access to verified flatbuffer bytes: nothing is checked here. A table is a pointer to its first
// byte.
//
//   table   | i32 back to vtable | fields ...        vtable  | u16 bytes | u16 table bytes | u16
//   offset of slot 0 | ... vector  | u32 count | items ...                  string  a vector of
//   bytes and a zero after them
// Every reference is a u32 added to its own position. The verifier has held every part to its
// natural alignment, which the loads here rely on (Cortex-M0 faults on others).
#ifndef WICK_FORMAT_FLATBUFFER_H
#define WICK_FORMAT_FLATBUFFER_H

#include "base/bytes.h"

#include <stddef.h>

typedef struct wick_fb_vector {
    const uint8_t *items; // the count stands before them
} wick_fb_vector;

// The items of a vector without any, behind their count.
extern const uint32_t wick_fb_no_items[2];

static inline __attribute__((always_inline)) uint32_t wick_fb_word(const uint8_t *p)
{
    return wick_load_aligned_u32(p);
}

static inline __attribute__((always_inline)) uint16_t wick_fb_half(const uint8_t *p)
{
    uint16_t value;
    __builtin_memcpy(&value, __builtin_assume_aligned(p, 2), sizeof value);
    return value;
}

// A u64 that is known to fit in a size_t.
static inline __attribute__((always_inline)) size_t wick_fb_size(const uint8_t *p)
{
    size_t value = wick_fb_word(p);
    if (sizeof value > 4) {
        value |= (size_t)wick_fb_word(p + 4) << 16 << 16; // in two steps, for 32 bits
    }
    return value;
}

// Follows the reference stored at p.
static inline __attribute__((always_inline)) const uint8_t *wick_fb_follow(const uint8_t *p)
{
    return p + wick_fb_word(p);
}

// Table `index` of a vector of tables.
static inline const uint8_t *wick_fb_table_at(wick_fb_vector tables, uint32_t index)
{
    return wick_fb_follow(tables.items + 4 * (size_t)index);
}

// What a table holds whose two fields, both required, are the type and the value of a union; its
// type code in *type.
static inline __attribute__((always_inline)) const uint8_t *wick_fb_union_of(const uint8_t *table,
                                                                             uint32_t *type)
{
    const uint8_t *vtable = table - (int32_t)wick_fb_word(table);
    *type = table[wick_fb_half(vtable + 4)];
    return wick_fb_follow(table + wick_fb_half(vtable + 6));
}
const uint8_t *wick_fb_union(const uint8_t *table, uint32_t *type); // not inlined

// A table whose vtable has been looked up once, for many fields.
typedef struct wick_fb_layout {
    const uint8_t *table;
    const uint8_t *vtable;
    uint32_t vtable_bytes;
} wick_fb_layout;

static inline wick_fb_layout wick_fb_layout_of(const uint8_t *table)
{
    const uint8_t *vtable = table - (int32_t)wick_fb_word(table);
    return (wick_fb_layout){table, vtable, wick_fb_half(vtable)};
}

// Where the field in a constant slot lies, NULL if absent.
static inline __attribute__((always_inline)) const uint8_t *wick_fb_find(wick_fb_layout layout,
                                                                         uint32_t slot)
{
    const uint32_t at = 4 + 2 * slot;
    const uint32_t offset = at < layout.vtable_bytes ? wick_fb_half(layout.vtable + at) : 0;
    return offset != 0 ? layout.table + offset : 0;
}

// The vector that the reference at a field leads to; below: empty if the field is absent.
static inline __attribute__((always_inline)) wick_fb_vector wick_fb_vector_of(const uint8_t *field)
{
    return (wick_fb_vector){wick_fb_follow(field) + 4};
}

static inline wick_fb_vector wick_fb_vector_at(const uint8_t *field)
{
    const void *none = &wick_fb_no_items[1];
    return (wick_fb_vector){field != 0 ? wick_fb_follow(field) + 4 : none};
}

static inline uint32_t wick_fb_count(wick_fb_vector vector)
{
    return wick_fb_word(vector.items - 4);
}

// Where the field in this slot lies; NULL if it is absent.
const uint8_t *wick_fb_field(const uint8_t *table, uint32_t slot);

// Scalars; 0 if absent.
uint32_t wick_fb_u8(const uint8_t *table, uint32_t slot);
uint32_t wick_fb_u32(const uint8_t *table, uint32_t slot);
uint64_t wick_fb_u64(const uint8_t *table, uint32_t slot);

// The table or vector a field refers to; NULL or an empty vector if absent.
const uint8_t *wick_fb_table(const uint8_t *table, uint32_t slot);
wick_fb_vector wick_fb_items(const uint8_t *table, uint32_t slot);

// Zero-terminated; "" if absent.
const char *wick_fb_string(const uint8_t *table, uint32_t slot);

#endif
