// SPDX-License-Identifier: BSD-3-Clause
// A method bound on the host, and where each tensor of it lies in the emitted program.
#ifndef WICK_COMPILER_EMIT_C_BOUND_H
#define WICK_COMPILER_EMIT_C_BOUND_H

#include "compiler/emit_c/emit_c.h"
#include "runtime/plan.h"
#include "wick/method.h"

typedef enum wick_place_kind {
    WICK_PLACE_ARENA,    // `at`: byte of arena `arena`
    WICK_PLACE_CONSTANT, // in the program
    WICK_PLACE_INPUT,    // `at`: input that the caller lends
    WICK_PLACE_OUTPUT,   // `at`: output that the caller lends
    WICK_PLACE_NOWHERE,  // without elements
} wick_place_kind;

typedef struct wick_place {
    wick_place_kind kind;
    size_t at;
    uint32_t arena; // from 0
} wick_place;

typedef struct wick_bound {
    wick_method method;
    wick_plan plan;
    uint8_t *memory; // the arenas, one behind the other
    size_t memory_bytes;
    uint32_t arena_count;
    size_t arena_bytes[WICK_MAX_ARENAS];
    size_t arena_starts[WICK_MAX_ARENAS]; // in `memory`
} wick_bound;

wick_status wick_bound_open(wick_arena *arena, const wick_emit_c_request *request, wick_diag *diag,
                            wick_bound *bound);

wick_place wick_bound_place(const wick_bound *bound, uint32_t value);
// Whether a value is state: a tensor of an arena that starts with what `memory` holds of it.
bool wick_bound_is_state(const wick_bound *bound, uint32_t value);
// Values of inputs and outputs.
uint32_t wick_bound_input(const wick_bound *bound, uint32_t index);
uint32_t wick_bound_output(const wick_bound *bound, uint32_t index);

#endif
