// SPDX-License-Identifier: BSD-3-Clause
// State that the methods of a program have in common.
#ifndef WICK_COMPILER_FBS_SHARE_STATE_H
#define WICK_COMPILER_FBS_SHARE_STATE_H

#include "compiler/support/diag.h"

#include <jansson.h>
#include <stdint.h>

typedef struct wick_fbs_state {
    uint32_t memory_id; // that holds the state of all methods and nothing else
    uint64_t size_bytes;
    uint32_t count; // names
} wick_fbs_state;

// Gives state of one name one place in all methods: a memory of its own, above those that any method
// has, with the same offsets in each. So does the official exporter (share_mutable_buffers). The
// memory of what moved closes up. Initial values have to be packed: equal ones have one number.
// Errors  INVALID_ARGUMENT: two methods have state of one name with another type, shape or initial
//         value; INVALID_PROGRAM: states lie over each other; OUT_OF_RESOURCES: too many memories
wick_status wick_fbs_share_state(wick_arena *arena, json_t *program, const char *source,
                                 wick_diag *diag, wick_fbs_state *out);

#endif
