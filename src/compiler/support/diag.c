// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/support/diag.h"

#include <string.h>

static const char *const severity_names[] = {
    [WICK_ERROR] = "error", [WICK_WARNING] = "warning", [WICK_NOTE] = "note"};

static void add_message(wick_diag *diag, const wick_message *content)
{
    wick_message *message = wick_arena_alloc(diag->arena, 1, sizeof *message);
    *message = *content;
    if (content->where) {
        message->where =
            wick_arena_copy_string(diag->arena, content->where, strlen(content->where));
    }
    if (diag->last) {
        diag->last->next = message;
    } else {
        diag->first = message;
    }
    diag->last = message;
}

wick_status wick_diag_error_list(wick_diag *diag, wick_status status, const char *where,
                                 const char *format, va_list list)
{
    const char *text = wick_arena_format_list(diag->arena, format, list);
    add_message(diag, &(wick_message){WICK_ERROR, status, where, text, NULL});
    if (diag->status == WICK_OK) {
        diag->status = status;
    }
    return status;
}

wick_status wick_diag_error(wick_diag *diag, wick_status status, const char *where,
                            const char *format, ...)
{
    va_list list;
    va_start(list, format);
    wick_diag_error_list(diag, status, where, format, list);
    va_end(list);
    return status;
}

void wick_diag_note(wick_diag *diag, wick_severity severity, const char *where, const char *format,
                    ...)
{
    va_list list;
    va_start(list, format);
    const char *text = wick_arena_format_list(diag->arena, format, list);
    va_end(list);
    add_message(diag, &(wick_message){severity, WICK_OK, where, text, NULL});
}

// Length of the line of a message; writes it too if `out` is not NULL.
static size_t put_message(char *out, const wick_message *message)
{
    const char *const parts[] = {
        severity_names[message->severity], ": ",          message->where ? message->where : "",
        message->where ? ": " : "",        message->text, "\n"};
    size_t length = 0;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const size_t part_length = strlen(parts[i]);
        if (out) {
            memcpy(out + length, parts[i], part_length);
        }
        length += part_length;
    }
    return length;
}

const char *wick_diag_text(const wick_diag *diag)
{
    size_t length = 0;
    for (const wick_message *at = diag->first; at; at = at->next) {
        length += put_message(NULL, at);
    }
    char *text = wick_arena_alloc(diag->arena, length + 1, 1);
    size_t end = 0;
    for (const wick_message *at = diag->first; at; at = at->next) {
        end += put_message(text + end, at);
    }
    return text;
}
