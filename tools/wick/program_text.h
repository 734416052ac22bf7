// SPDX-License-Identifier: BSD-3-Clause
// A verified .pte program as text for people: header, segments, operators, values, instructions,
// memory plan.
#ifndef WICK_TOOLS_PROGRAM_TEXT_H
#define WICK_TOOLS_PROGRAM_TEXT_H

#include "compiler/support/arena.h"
#include "wick/program.h"

#include <jansson.h>

// `method` NULL: all methods.
const char *wick_program_text(wick_arena *arena, const char *path, const wick_program *program,
                              const char *method);
// Sizes, arenas and operators; the caller owns the reference.
json_t *wick_program_json(const char *path, const wick_program *program);

#endif
