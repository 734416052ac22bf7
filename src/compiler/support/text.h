// SPDX-License-Identifier: BSD-3-Clause
// Text that grows in an arena, and numbers as text whatever the locale of the process.
#ifndef WICK_COMPILER_SUPPORT_TEXT_H
#define WICK_COMPILER_SUPPORT_TEXT_H

#include "compiler/support/arena.h"

typedef struct wick_text {
    wick_arena *arena;
    char *chars; // zero-terminated once something was added
    size_t length;
    size_t capacity;
} wick_text;

void wick_text_add(wick_text *text, const char *chars, size_t length);
void wick_text_format(wick_text *text, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
// In double quotes; control characters, quotes and backslashes escaped as in C.
void wick_text_quote(wick_text *text, const char *string);
// As text in XML: < & and " become entities.
void wick_text_add_escaped(wick_text *text, const char *string);
// The string; "" if nothing was added.
const char *wick_text_string(const wick_text *text);

// strtod with '.' as decimal point: also hexadecimal floats, "inf" and "nan". *end is `text` if
// there is no number.
double wick_text_to_real(const char *text, const char **end);
// `digits` significant digits (at most 17), "inf", "-inf" or "nan". `out` holds WICK_REAL_CHARS.
enum { WICK_REAL_CHARS = 40 };
void wick_text_from_real(char *out, double value, int digits);

#endif
