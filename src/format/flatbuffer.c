// SPDX-License-Identifier: BSD-3-Clause
#include "format/flatbuffer.h"

const uint32_t wick_fb_no_items[2] = {0, 0};

const uint8_t *wick_fb_union(const uint8_t *table, uint32_t *type)
{
    return wick_fb_union_of(table, type);
}

const uint8_t *wick_fb_field(const uint8_t *table, uint32_t slot)
{
    return wick_fb_find(wick_fb_layout_of(table), slot);
}

uint32_t wick_fb_u8(const uint8_t *table, uint32_t slot)
{
    const uint8_t *field = wick_fb_field(table, slot);
    return field != 0 ? *field : 0;
}

uint32_t wick_fb_u32(const uint8_t *table, uint32_t slot)
{
    const uint8_t *field = wick_fb_field(table, slot);
    return field != 0 ? wick_fb_word(field) : 0;
}

uint64_t wick_fb_u64(const uint8_t *table, uint32_t slot)
{
    const uint8_t *field = wick_fb_field(table, slot);
    return field != 0 ? wick_load_u64(__builtin_assume_aligned(field, 4)) : 0;
}

const uint8_t *wick_fb_table(const uint8_t *table, uint32_t slot)
{
    const uint8_t *field = wick_fb_field(table, slot);
    return field != 0 ? wick_fb_follow(field) : 0;
}

wick_fb_vector wick_fb_items(const uint8_t *table, uint32_t slot)
{
    return wick_fb_vector_at(wick_fb_field(table, slot));
}

const char *wick_fb_string(const uint8_t *table, uint32_t slot)
{
    const uint8_t *vector = wick_fb_table(table, slot);
    return vector != 0 ? (const char *)(vector + 4) : "";
}
