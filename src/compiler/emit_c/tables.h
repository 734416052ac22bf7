// SPDX-License-Identifier: BSD-3-Clause
// Const data of an emitted program: pools of small integers, and the constants of the model.
#ifndef WICK_COMPILER_EMIT_C_TABLES_H
#define WICK_COMPILER_EMIT_C_TABLES_H

#include "compiler/support/text.h"
#include "wick/tensor.h"

// A pool holds runs of integers; a run that stands in it already is found again.
typedef struct wick_pool {
    wick_arena *arena;
    int64_t *items;
    size_t count;
    size_t capacity;
} wick_pool;

// Index of the first item of a run equal to `items`.
size_t wick_pool_add(wick_pool *pool, const int64_t *items, size_t count);
// `static const TYPE NAME[] = {..};` with one item at least.
void wick_pool_print(const wick_pool *pool, const char *type, const char *name, wick_text *out);

// Constants of the model, each once, however many tensors show it.
typedef struct wick_constants {
    const uint8_t **data;
    size_t *size_bytes;
    uint32_t count;
    uint32_t capacity;
    size_t total_bytes;
} wick_constants;

// Number of the constant that `tensor` shows. A new one is printed to `out` as `constant_N`.
uint32_t wick_constants_add(wick_constants *constants, wick_arena *arena, const wick_tensor *tensor,
                            wick_text *out);

// C type of an element.
const char *wick_c_type(uint32_t dtype);

#endif
