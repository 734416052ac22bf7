// SPDX-License-Identifier: BSD-3-Clause
// Map from strings to pointers; entries are never removed. Not ordered: nothing iterates over it.
#ifndef WICK_COMPILER_SUPPORT_MAP_H
#define WICK_COMPILER_SUPPORT_MAP_H

#include "compiler/support/arena.h"

typedef struct wick_map wick_map;

wick_map *wick_map_create(wick_arena *arena);
// NULL if the key is absent.
void *wick_map_get(const wick_map *map, const char *key);
// `key` is kept, not copied; `value` is not NULL. Replaces the value of a key that is there.
void wick_map_put(wick_map *map, const char *key, void *value);

#endif
