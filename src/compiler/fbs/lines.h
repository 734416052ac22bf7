// SPDX-License-Identifier: BSD-3-Clause
// A program as lines that can be compared: one for each input, output and instruction of a method.
#ifndef WICK_COMPILER_FBS_LINES_H
#define WICK_COMPILER_FBS_LINES_H

#include "compiler/support/arena.h"

#include <jansson.h>

typedef struct wick_fbs_lines {
    const char **lines;
    uint32_t count;
} wick_fbs_lines;

// "input f32[1, 8]", "aten::add.out(f32[1, 8], f32[8]#1f00aa3c, 1, f32[1, 8])": values by their
// type, a constant with the hash of its bytes, so that lines stay equal where only numbers of
// values move. `method` is one of the program's execution_plan.
wick_fbs_lines wick_fbs_method_lines(wick_arena *arena, const json_t *program,
                                     const json_t *method);

#endif
