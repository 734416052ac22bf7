// SPDX-License-Identifier: BSD-3-Clause
// Whole files, read and written at once.
#ifndef WICK_COMPILER_SUPPORT_FILE_H
#define WICK_COMPILER_SUPPORT_FILE_H

#include "compiler/support/diag.h"

#include <stddef.h>
#include <stdint.h>

// The bytes are 16-aligned and a zero follows them (not counted).
// Errors  NOT_FOUND; ACCESS_FAILED (a folder, no permission, read error); OUT_OF_RESOURCES above
//         `limit_bytes`.
wick_status wick_file_read(wick_arena *arena, const char *path, size_t limit_bytes, wick_diag *diag,
                           uint8_t **out, size_t *size_bytes);

// Writes beside the file and renames, so that nobody ever sees a part of it. What is there and is
// no regular file (/dev/stdout, a pipe) is written in place.
// Errors  ACCESS_FAILED; the temporary file is gone then.
wick_status wick_file_write(const char *path, const void *bytes, size_t size_bytes,
                            wick_diag *diag);

#endif
