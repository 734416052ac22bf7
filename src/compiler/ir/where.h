// SPDX-License-Identifier: BSD-3-Clause
// Python stack traces as torch.export records them: `File "model.py", line 34, in forward`, the
// source line below.
#ifndef WICK_COMPILER_IR_WHERE_H
#define WICK_COMPILER_IR_WHERE_H

#include <stdbool.h>
#include <stddef.h>

typedef struct wick_ir_frame { // texts are not zero-terminated
    const char *path;
    size_t path_length;
    unsigned long line;
    const char *text; // source line
    size_t text_length;
} wick_ir_frame;

// The innermost frame outside torch, or the innermost of all if there is none; its path is the bare
// file name. False if the trace (may be NULL) holds no frame.
bool wick_ir_user_frame(const char *stack_trace, wick_ir_frame *out);

#endif
