// SPDX-License-Identifier: BSD-3-Clause
// Bytes as text: RFC 4648, section 4.
#ifndef WICK_COMPILER_FBS_BASE64_H
#define WICK_COMPILER_FBS_BASE64_H

#include "compiler/support/arena.h"

const char *wick_base64_encode(wick_arena *arena, const uint8_t *bytes, size_t size_bytes);
// NULL if the text is no base64. The bytes are 16-aligned.
uint8_t *wick_base64_decode(wick_arena *arena, const char *text, size_t *size_bytes);

#endif
