// SPDX-License-Identifier: BSD-3-Clause
// Target description: a JSON file of targets/ (embedded in the command by name) or of the user (by
// path).
#ifndef WICK_COMPILER_TARGET_H
#define WICK_COMPILER_TARGET_H

#include "compiler/support/arena.h"
#include "compiler/support/diag.h"
#include "wick/method.h"

#include <stdbool.h>

typedef struct wick_target_memory {
    const char *name;
    uint64_t size_bytes;  // 0: unlimited
    uint32_t access_cost; // relative; the planner prefers low
} wick_target_memory;

typedef struct wick_target {
    const char *name;
    const char *description;
    const char *core;              // "any", "cortex-m55", ..
    bool portable_operators;       // only operators of the official libraries
    uint32_t alignment_bytes;      // of planned tensors
    uint32_t constant_access_cost; // of the program's own memory (flash); 0: constants stay there
    uint32_t memory_count;
    wick_target_memory memories[WICK_MAX_ARENAS]; // memory id is the index + 1
} wick_target;

// By name ("portable", "cortex-m55") or, with a '/' or ".json" in it, by path.
// Errors  NOT_FOUND with the list of known names; INVALID_ARGUMENT naming the field of a broken
//         file.
wick_status wick_target_load(wick_arena *arena, const char *name_or_path, wick_diag *diag,
                             wick_target *out);
// The same from the text of a file; `name` is for messages.
wick_status wick_target_parse(wick_arena *arena, const char *text, size_t size_bytes,
                              const char *name, wick_diag *diag, wick_target *out);
// Known names, NULL-terminated.
const char *const *wick_target_names(void);

#endif
