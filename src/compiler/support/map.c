// SPDX-License-Identifier: BSD-3-Clause
// Open addressing with linear probing, at most half full.
#include "compiler/support/map.h"

#include <string.h>

enum { FIRST_CAPACITY = 64 };

typedef struct entry {
    const char *key; // NULL: free
    void *value;
} entry;

struct wick_map {
    wick_arena *arena;
    entry *entries;
    size_t capacity; // power of two
    size_t used;
};

// FNV-1a. Source: draft-eastlake-fnv.
static size_t hash(const char *key)
{
    uint64_t h = 0xcbf29ce484222325u;
    for (; *key; key++) {
        h = (h ^ (uint8_t)*key) * 0x100000001b3u;
    }
    return (size_t)(h ^ h >> 32);
}

wick_map *wick_map_create(wick_arena *arena)
{
    wick_map *map = wick_arena_alloc(arena, 1, sizeof *map);
    map->arena = arena;
    map->capacity = FIRST_CAPACITY;
    map->entries = wick_arena_alloc(arena, map->capacity, sizeof *map->entries);
    return map;
}

// The entry of `key`, or the free one where it belongs.
static entry *find(const wick_map *map, const char *key)
{
    size_t at = hash(key) & (map->capacity - 1);
    while (map->entries[at].key && strcmp(map->entries[at].key, key) != 0) {
        at = (at + 1) & (map->capacity - 1);
    }
    return &map->entries[at];
}

void *wick_map_get(const wick_map *map, const char *key)
{
    return find(map, key)->value;
}

static void grow(wick_map *map)
{
    const wick_map old = *map;
    map->capacity *= 2;
    map->entries = wick_arena_alloc(map->arena, map->capacity, sizeof *map->entries);
    for (size_t i = 0; i < old.capacity; i++) {
        if (old.entries[i].key) {
            *find(map, old.entries[i].key) = old.entries[i];
        }
    }
}

void wick_map_put(wick_map *map, const char *key, void *value)
{
    entry *slot = find(map, key);
    if (slot->key) {
        slot->value = value;
        return;
    }
    if (2 * (map->used + 1) > map->capacity) {
        grow(map);
        slot = find(map, key);
    }
    *slot = (entry){key, value};
    map->used++;
}
