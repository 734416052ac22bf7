// SPDX-License-Identifier: BSD-3-Clause
// The container: a ZIP with one top folder, as torch.export.save writes it.
// Source: torch/export/pt2_archive/_package.py, constants.py.
#ifndef WICK_COMPILER_IMPORT_ARCHIVE_H
#define WICK_COMPILER_IMPORT_ARCHIVE_H

#include "compiler/support/json.h"
#include "compiler/support/zip.h"

typedef struct wick_archive {
    wick_arena *arena;
    wick_diag *diag;
    const char *path; // for messages
    size_t size_bytes;
    wick_zip *zip;
    const char *folder; // top folder with its slash, or ""
    const char *model;  // which of models/*.json
} wick_archive;

// Checks archive_format and byteorder, and chooses the model (NULL: the only one, or "model").
// Errors  INVALID_PROGRAM (no archive, or a broken one), NOT_SUPPORTED (older form, big-endian),
// NOT_FOUND (model).
wick_status wick_archive_open(wick_arena *arena, const void *bytes, size_t size_bytes,
                              const char *path, const char *model, wick_diag *diag,
                              wick_archive *out);
void wick_archive_close(wick_archive *archive); // one that was not opened is allowed

// Members by their name inside the top folder.
bool wick_archive_has(const wick_archive *archive, const char *name);
// Errors  INVALID_PROGRAM also if the member is missing.
wick_status wick_archive_read(const wick_archive *archive, const char *name, const uint8_t **out,
                              size_t *size_bytes);
wick_status wick_archive_json(const wick_archive *archive, const char *name, const wick_json **out);

#endif
