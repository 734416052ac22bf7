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

// Buffer `upper` may overlap buffer `lower` where upper's offset >= lower's offset +
// distance_bytes. They are alive together at one instruction only. A pair may have an entry in each
// direction.
typedef struct wick_plan_overlap {
    uint32_t upper;
    uint32_t lower;
    size_t distance_bytes;
} wick_plan_overlap;

typedef struct wick_plan_problem {
    wick_plan_buffer *buffers;
    uint32_t count;
    const wick_plan_overlap *overlaps;
    uint32_t overlap_count;
    size_t alignment; // of offsets, a power of two
    // Where not 0: a placement of at most so many bytes will do, and is not searched for long.
    size_t enough_bytes;
} wick_plan_problem;

typedef struct wick_plan_result {
    size_t arena_bytes;
    size_t lower_bound_bytes;  // the largest sum of aligned sizes alive at one instruction, less
                               // what may overlap there: no placement is below it
    uint32_t peak_instruction; // where that sum is reached
    bool proven_optimal;       // arena equals the bound, or the exact search was exhausted
} wick_plan_result;

// Places all buffers so that no two alive at once overlap more than they may, as low as it can:
// best fit over several orders, then exact branch and bound while it is affordable. Deterministic.
// Offsets and arena are multiples of the alignment.
wick_plan_result wick_plan_place(wick_arena *arena, const wick_plan_problem *problem);

#endif
