// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/text.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_CAPACITY = 256, LONGEST_NUMBER = 400 };

static void reserve(wick_text *text, size_t more)
{
    if (text->capacity > more && text->length < text->capacity - more) {
        return;
    }
    size_t capacity = text->capacity ? text->capacity : FIRST_CAPACITY;
    while (capacity <= text->length + more) {
        capacity *= 2;
    }
    char *grown = wick_arena_alloc(text->arena, capacity, 1);
    if (text->length > 0) {
        memcpy(grown, text->chars, text->length);
    }
    text->chars = grown;
    text->capacity = capacity;
}

void wick_text_add(wick_text *text, const char *chars, size_t length)
{
    reserve(text, length);
    memcpy(text->chars + text->length, chars, length);
    text->length += length;
    text->chars[text->length] = 0;
}

void wick_text_format(wick_text *text, const char *format, ...)
{
    va_list list;
    va_list again;
    va_start(list, format);
    va_copy(again, list);
    const int length = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (length > 0) {
        reserve(text, (size_t)length);
        vsnprintf(text->chars + text->length, (size_t)length + 1, format, again);
        text->length += (size_t)length;
    }
    va_end(again);
}

void wick_text_quote(wick_text *text, const char *string)
{
    wick_text_add(text, "\"", 1);
    for (const char *at = string; *at; at++) {
        if (*at == '"' || *at == '\\') {
            wick_text_format(text, "\\%c", *at);
        } else if (*at == '\n') {
            wick_text_add(text, "\\n", 2);
        } else if ((unsigned char)*at < 0x20 || (unsigned char)*at == 0x7f) {
            wick_text_format(text, "\\x%02x", (unsigned)(unsigned char)*at);
        } else {
            wick_text_add(text, at, 1);
        }
    }
    wick_text_add(text, "\"", 1);
}

void wick_text_add_escaped(wick_text *text, const char *string)
{
    for (const char *c = string; *c != '\0'; c++) {
        switch (*c) {
        case '<':
            wick_text_format(text, "&lt;");
            break;
        case '&':
            wick_text_format(text, "&amp;");
            break;
        case '"':
            wick_text_format(text, "&quot;");
            break;
        default:
            wick_text_add(text, c, 1);
            break;
        }
    }
}

const char *wick_text_string(const wick_text *text)
{
    return text->chars ? text->chars : "";
}

double wick_text_to_real(const char *text, const char **end)
{
    const char *point = localeconv()->decimal_point;
    char copy[LONGEST_NUMBER];
    const size_t length = strspn(text, "+-0123456789.abcdefinptxABCDEFINPTX");
    if (length >= sizeof copy) {
        *end = text;
        return 0;
    }
    memcpy(copy, text, length);
    copy[length] = 0;
    char *dot = strchr(copy, '.');
    if (dot && strlen(point) == 1) {
        *dot = point[0];
    }
    char *stop = NULL;
    const double value = strtod(copy, &stop);
    *end = text + (stop - copy);
    return value;
}

void wick_text_from_real(char *out, double value, int digits)
{
    if (isnan(value)) {
        snprintf(out, WICK_REAL_CHARS, "nan");
        return;
    }
    snprintf(out, WICK_REAL_CHARS, "%.*g", digits > 17 ? 17 : digits, value);
    char *point = strpbrk(out, ",");
    if (point) {
        *point = '.';
    }
}
