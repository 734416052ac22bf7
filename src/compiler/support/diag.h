// SPDX-License-Identifier: BSD-3-Clause
// Diagnostics of a compilation: what was found, what was expected, where, and what to do. The first
// error is the result.
#ifndef WICK_COMPILER_SUPPORT_DIAG_H
#define WICK_COMPILER_SUPPORT_DIAG_H

#include "compiler/support/arena.h"
#include "wick/status.h"

typedef enum wick_severity { WICK_ERROR, WICK_WARNING, WICK_NOTE } wick_severity;

typedef struct wick_message {
    wick_severity severity;
    wick_status status;
    const char *where; // file, node or Python line; NULL if none
    const char *text;
    struct wick_message *next;
} wick_message;

typedef struct wick_diag {
    wick_arena *arena;
    wick_message *first; // in order of report
    wick_message *last;
    wick_status status; // of the first error
} wick_diag;

// Reports an error and returns `status`.
wick_status wick_diag_error(wick_diag *diag, wick_status status, const char *where,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));
void wick_diag_note(wick_diag *diag, wick_severity severity, const char *where, const char *format,
                    ...) __attribute__((format(printf, 4, 5)));
wick_status wick_diag_error_list(wick_diag *diag, wick_status status, const char *where,
                                 const char *format, va_list list)
    __attribute__((format(printf, 4, 0)));
// All messages as text, one line each: "error: <where>: <text>".
const char *wick_diag_text(const wick_diag *diag);

#endif
