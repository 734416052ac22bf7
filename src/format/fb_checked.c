// SPDX-License-Identifier: BSD-3-Clause
#include "format/fb_checked.h"

uint64_t wick_fb_load(const uint8_t *p, uint32_t bytes)
{
    uint64_t value = 0;
    for (uint32_t i = bytes; i-- > 0;) {
        value = value << 8 | p[i];
    }
    return value;
}

static bool follow(const wick_fb_checked *buffer, size_t at, size_t *to)
{
    if (!wick_fb_has(buffer, at, 4)) {
        return false;
    }
    const uint64_t distance = wick_fb_load(buffer->bytes + at, 4);
    *to = at + (size_t)distance;
    return distance <= buffer->end - at && wick_fb_has(buffer, *to, 4);
}

// Position of the vtable of a table; false if it lies outside.
static bool vtable_of(const wick_fb_checked *buffer, size_t table, size_t *vtable)
{
    const int32_t back = (int32_t)wick_fb_load(buffer->bytes + table, 4);
    const int64_t at = (int64_t)table - back;
    *vtable = (size_t)at;
    return at >= 0 && (uint64_t)at <= buffer->end && wick_fb_has(buffer, *vtable, 4) &&
           wick_fb_has(buffer, *vtable, wick_fb_load(buffer->bytes + *vtable, 2));
}

bool wick_fb_checked_table(const wick_fb_checked *buffer, size_t at, size_t *table)
{
    size_t vtable;
    return follow(buffer, at, table) && vtable_of(buffer, *table, &vtable);
}

bool wick_fb_checked_field(const wick_fb_checked *buffer, size_t table, uint32_t slot,
                           uint32_t bytes, size_t *field)
{
    size_t vtable;
    vtable_of(buffer, table, &vtable); // has been checked when the table was opened
    const uint32_t entry = 4 + 2 * slot;
    const uint8_t *p = buffer->bytes + vtable;
    const size_t offset = entry + 2 <= wick_fb_load(p, 2) ? (size_t)wick_fb_load(p + entry, 2) : 0;
    *field = offset != 0 ? table + offset : 0;
    return offset == 0 || wick_fb_has(buffer, *field, bytes);
}

bool wick_fb_checked_vector(const wick_fb_checked *buffer, size_t at, uint32_t item_bytes,
                            wick_fb_range *vector)
{
    size_t to;
    *vector = (wick_fb_range){0, 0};
    if (at == 0) {
        return true;
    }
    if (!follow(buffer, at, &to)) {
        return false;
    }
    *vector = (wick_fb_range){to + 4, (uint32_t)wick_fb_load(buffer->bytes + to, 4)};
    return wick_fb_has(buffer, vector->first, (uint64_t)vector->count * item_bytes);
}
