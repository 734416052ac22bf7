// SPDX-License-Identifier: BSD-3-Clause
// Placement of buffers with lifetimes at offsets of one memory (dynamic storage allocation). Knows
// no graph.
#ifndef WICK_COMPILER_PLAN_PLACE_H
#define WICK_COMPILER_PLAN_PLACE_H

#include "compiler/support/arena.h"

#include <stdbool.h>

typedef struct wick_plan_buffer {
    const char *name;
    size_t size_bytes;
    uint32_t first; // index of the first and last instruction at which it is alive, inclusive
    uint32_t last;
    size_t offset_bytes; // result
} wick_plan_buffer;

typedef struct wick_plan_result {
    size_t arena_bytes;
    size_t lower_bound_bytes;  // the largest sum of aligned sizes alive at one instruction: no
                               // placement is below it
    uint32_t peak_instruction; // where that sum is reached
    bool proven_optimal;       // arena equals the bound, or the exact search was exhausted
} wick_plan_result;

// Places all buffers so that no two alive at once overlap, as low as it can: best fit over several
// orders, then exact branch and bound while it is affordable. Deterministic. Offsets and arena are
// multiples of `alignment` (power of two).
wick_plan_result wick_plan_place(wick_arena *arena, wick_plan_buffer *buffers, uint32_t count,
                                 size_t alignment);

#endif
