// SPDX-License-Identifier: BSD-3-Clause
// Memory of one lifetime (a compilation, a pass), freed at once. Zero-filled, 16-aligned.
#ifndef WICK_COMPILER_SUPPORT_ARENA_H
#define WICK_COMPILER_SUPPORT_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wick_arena wick_arena;

wick_arena *wick_arena_create(void); // NULL if there is no memory
void wick_arena_destroy(wick_arena *arena);

// `count` objects of `size` bytes, zero-filled. Prints a message and exits with status 70 when
// memory runs out or the product overflows: sizes that come from outside are checked against the
// file they came from before they get here.
void *wick_arena_alloc(wick_arena *arena, size_t count, size_t size_bytes);
char *wick_arena_copy_string(wick_arena *arena, const char *text, size_t length);
char *wick_arena_format(wick_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
char *wick_arena_format_list(wick_arena *arena, const char *format, va_list list)
    __attribute__((format(printf, 2, 0)));

#endif
