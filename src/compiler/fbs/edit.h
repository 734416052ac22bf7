// SPDX-License-Identifier: BSD-3-Clause
// Changes to a program in the form of fbs.h, between reading and writing it.
#ifndef WICK_COMPILER_FBS_EDIT_H
#define WICK_COMPILER_FBS_EDIT_H

#include "compiler/support/diag.h"

#include <jansson.h>

// Errors  NOT_FOUND naming the methods that there are; INVALID_ARGUMENT if `to` is one of them.
wick_status wick_fbs_rename_method(json_t *program, const char *from, const char *to,
                                   const char *source, wick_diag *diag);
// Takes a method and the constants that it alone used. The last one stays: INVALID_ARGUMENT.
wick_status wick_fbs_drop_method(wick_arena *arena, json_t *program, const char *name,
                                 const char *source, wick_diag *diag);
// Takes what only debuggers read: the stack traces of instructions.
void wick_fbs_strip_debug(json_t *program);

#endif
