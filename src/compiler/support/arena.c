// SPDX-License-Identifier: BSD-3-Clause
// A list of chunks; an object that does not fit the newest chunk opens another one.
#include "compiler/support/arena.h"

#include "base/checked.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    ALIGNMENT = 16,
    FIRST_CHUNK_BYTES = 1 << 14,
    LARGEST_CHUNK_BYTES = 1 << 20,
    EXIT_NO_MEMORY = 70
};

typedef struct chunk {
    struct chunk *next;
    uint8_t *bytes; // 16-aligned, inside the same allocation
    size_t used;
    size_t capacity;
} chunk;

struct wick_arena {
    chunk *newest;
    size_t next_chunk_bytes;
};

static _Noreturn void out_of_memory(size_t count, size_t size_bytes)
{
    fprintf(stderr, "wick: out of memory (asked for %zu objects of %zu bytes)\n", count,
            size_bytes);
    exit(EXIT_NO_MEMORY);
}

wick_arena *wick_arena_create(void)
{
    wick_arena *arena = calloc(1, sizeof *arena);
    if (arena) {
        arena->next_chunk_bytes = FIRST_CHUNK_BYTES;
    }
    return arena;
}

void wick_arena_destroy(wick_arena *arena)
{
    if (!arena) {
        return;
    }
    for (chunk *at = arena->newest; at;) {
        chunk *next = at->next;
        free(at);
        at = next;
    }
    free(arena);
}

static chunk *chunk_create(size_t capacity)
{
    size_t total = 0;
    if (!wick_checked_add(capacity, sizeof(chunk) + ALIGNMENT, &total)) {
        return NULL;
    }
    chunk *made = calloc(1, total);
    if (made) {
        uint8_t *after = (uint8_t *)(made + 1);
        made->bytes = after + (ALIGNMENT - (uintptr_t)after % ALIGNMENT) % ALIGNMENT;
        made->capacity = capacity;
    }
    return made;
}

// A chunk with room for `bytes`. A large object gets a chunk of its own behind the newest, which
// stays open.
static chunk *chunk_with_room(wick_arena *arena, size_t bytes)
{
    if (arena->newest && arena->newest->capacity - arena->newest->used >= bytes) {
        return arena->newest;
    }
    const bool large = bytes > arena->next_chunk_bytes / 2;
    chunk *made = chunk_create(large ? bytes : arena->next_chunk_bytes);
    if (!made) {
        return NULL;
    }
    if (large && arena->newest) {
        made->next = arena->newest->next;
        arena->newest->next = made;
        return made;
    }
    made->next = arena->newest;
    arena->newest = made;
    if (arena->next_chunk_bytes < LARGEST_CHUNK_BYTES) {
        arena->next_chunk_bytes *= 2;
    }
    return made;
}

void *wick_arena_alloc(wick_arena *arena, size_t count, size_t size_bytes)
{
    size_t bytes = 0;
    if (!wick_checked_multiply(count, size_bytes, &bytes) ||
        !wick_checked_align(bytes, ALIGNMENT, &bytes)) {
        out_of_memory(count, size_bytes);
    }
    chunk *home = chunk_with_room(arena, bytes);
    if (!home) {
        out_of_memory(count, size_bytes);
    }
    void *object = home->bytes + home->used;
    home->used += bytes;
    return object;
}

char *wick_arena_copy_string(wick_arena *arena, const char *text, size_t length)
{
    size_t bytes = 0;
    if (!wick_checked_add(length, 1, &bytes)) {
        out_of_memory(1, length);
    }
    char *copy = wick_arena_alloc(arena, bytes, 1);
    memcpy(copy, text, length);
    return copy;
}

char *wick_arena_format_list(wick_arena *arena, const char *format, va_list list)
{
    va_list again;
    va_copy(again, list);
    const int length = vsnprintf(NULL, 0, format, list);
    char *text = wick_arena_alloc(arena, (size_t)(length < 0 ? 0 : length) + 1, 1);
    if (length > 0) {
        vsnprintf(text, (size_t)length + 1, format, again);
    }
    va_end(again);
    return text;
}

char *wick_arena_format(wick_arena *arena, const char *format, ...)
{
    va_list list;
    va_start(list, format);
    char *text = wick_arena_format_list(arena, format, list);
    va_end(list);
    return text;
}
