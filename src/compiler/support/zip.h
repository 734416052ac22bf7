// SPDX-License-Identifier: BSD-3-Clause
// Reading a ZIP archive that lies in memory, hostile until proven otherwise.
#ifndef WICK_COMPILER_SUPPORT_ZIP_H
#define WICK_COMPILER_SUPPORT_ZIP_H

#include "compiler/support/diag.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wick_zip wick_zip;

// `bytes` are borrowed until wick_zip_close; `name` is for messages and is kept.
// Errors  INVALID_PROGRAM: not a ZIP, or a truncated one.
wick_status wick_zip_open(wick_arena *arena, const void *bytes, size_t size_bytes, const char *name,
                          wick_diag *diag, wick_zip **out);
void wick_zip_close(wick_zip *zip); // NULL is allowed

uint32_t wick_zip_count(const wick_zip *zip);
// Member `index` < count: its name and size once unpacked.
const char *wick_zip_name(const wick_zip *zip, uint32_t index);
size_t wick_zip_size_bytes(const wick_zip *zip, uint32_t index);
// False if there is no such member.
bool wick_zip_find(const wick_zip *zip, const char *name, uint32_t *index);

// A member, checked against its CRC; 16-aligned, a zero follows (not counted).
// Errors  INVALID_PROGRAM: broken data, or a size that no archive of this length can hold;
//         NOT_SUPPORTED: encrypted, or packed by other than deflate; OUT_OF_RESOURCES: all reads
//         together are far larger than the archive.
wick_status wick_zip_read(wick_zip *zip, uint32_t index, wick_arena *arena, wick_diag *diag,
                          uint8_t **out, size_t *size_bytes);

#endif
