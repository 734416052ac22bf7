// SPDX-License-Identifier: BSD-3-Clause
// The values of a method and the constants of a program. Equal ones are stored once: each value
// costs 16 bytes of RAM on a device, each constant its bytes of flash.
#ifndef WICK_COMPILER_EMIT_VALUES_H
#define WICK_COMPILER_EMIT_VALUES_H

#include "compiler/emit/pte_write.h"
#include "compiler/support/map.h"

typedef struct wick_emit_values {
    wick_arena *arena;
    wick_map *known; // what a value holds, as text, to its index
    wick_pte_value *items;
    uint32_t count;
    uint32_t capacity;
} wick_emit_values;

typedef struct wick_emit_constants {
    wick_arena *arena;
    wick_map *known; // hash of the bytes, as text, to a list of constants
    wick_pte_constant *items;
    uint32_t count;
    uint32_t capacity;
} wick_emit_constants;

wick_emit_values wick_emit_values_create(wick_arena *arena);
wick_emit_constants wick_emit_constants_create(wick_arena *arena);

// Index of a value that no instruction writes: an equal one that is there, or a new one. The lists
// it refers to are kept.
int32_t wick_emit_value_share(wick_emit_values *values, const wick_pte_value *value);
// Index of a new value, which is never shared.
int32_t wick_emit_value_add(wick_emit_values *values, const wick_pte_value *value);

int32_t wick_emit_value_none(wick_emit_values *values);
int32_t wick_emit_value_int(wick_emit_values *values, int64_t value);
int32_t wick_emit_value_bool(wick_emit_values *values, bool value);
int32_t wick_emit_value_real(wick_emit_values *values, double value);

// Index + 1 of a constant with these bytes. The bytes are kept, not copied.
uint32_t wick_emit_constant_share(wick_emit_constants *constants, const void *bytes,
                                  size_t size_bytes);

#endif
