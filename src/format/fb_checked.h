// SPDX-License-Identifier: BSD-3-Clause
// Steps through a flatbuffer that nobody has verified: each checks that what it leads to lies
// inside. Positions count from the first byte; 0 stands for an absent field, as no field lies
// there.
#ifndef WICK_FORMAT_FB_CHECKED_H
#define WICK_FORMAT_FB_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wick_fb_checked {
    const uint8_t *bytes;
    size_t end;
} wick_fb_checked;

typedef struct wick_fb_range {
    size_t first;   // position of the first item
    uint32_t count; // items
} wick_fb_range;

// Little-endian number of 1, 2, 4 or 8 bytes, at any alignment.
uint64_t wick_fb_load(const uint8_t *p, uint32_t bytes);

// Whether [at, at + count) lies inside.
static inline bool wick_fb_has(const wick_fb_checked *buffer, size_t at, uint64_t count)
{
    return at <= buffer->end && count <= buffer->end - at;
}

// The table that the reference at `at` leads to; false if it or its vtable lies outside.
bool wick_fb_checked_table(const wick_fb_checked *buffer, size_t at, size_t *table);
// The field of `bytes` bytes (a reference: 4) in a slot of a table from above; false if it lies
// outside.
bool wick_fb_checked_field(const wick_fb_checked *buffer, size_t table, uint32_t slot,
                           uint32_t bytes, size_t *field);
// The vector that the reference at `at` leads to; at 0: an empty one.
bool wick_fb_checked_vector(const wick_fb_checked *buffer, size_t at, uint32_t item_bytes,
                            wick_fb_range *vector);

#endif
