// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/fbs/base64.h"

#include <string.h>

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

const char *wick_base64_encode(wick_arena *arena, const uint8_t *bytes, size_t size_bytes)
{
    char *text = wick_arena_alloc(arena, (size_bytes + 2) / 3 * 4 + 1, 1);
    char *out = text;
    for (size_t at = 0; at < size_bytes; at += 3) {
        const size_t left = size_bytes - at;
        const uint32_t word = (uint32_t)bytes[at] << 16 |
                              (left > 1 ? (uint32_t)bytes[at + 1] << 8 : 0) |
                              (left > 2 ? bytes[at + 2] : 0u);
        for (size_t k = 0; k < 4; k++) {
            *out++ = '=';
            if (k <= left) {
                out[-1] = digits[word >> (18 - 6 * k) & 63];
            }
        }
    }
    return text;
}

// Value of a digit; 64 for any other character.
static uint32_t digit_value(char c)
{
    const char *found = c != 0 ? strchr(digits, c) : NULL;
    return found != NULL ? (uint32_t)(found - digits) : 64;
}

uint8_t *wick_base64_decode(wick_arena *arena, const char *text, size_t *size_bytes)
{
    size_t length = strlen(text);
    if (length % 4 != 0) {
        return NULL;
    }
    for (uint32_t k = 0; k < 2 && length > 0 && text[length - 1] == '='; k++) {
        length--;
    }
    uint8_t *bytes = wick_arena_alloc(arena, length / 4 * 3 + 3, 1);
    uint32_t bits = 0;
    size_t count = 0;
    for (size_t i = 0; i < length; i++) {
        const uint32_t value = digit_value(text[i]);
        if (value > 63) {
            return NULL;
        }
        bits = bits << 6 | value;
        if (i % 4 != 0) {
            bytes[count++] = (uint8_t)(bits >> (6 - 2 * (i % 4)));
        }
    }
    *size_bytes = count;
    return bytes;
}
