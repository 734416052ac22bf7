// SPDX-License-Identifier: BSD-3-Clause
// Files that the build puts into the command (cmake/embed.cmake).
#ifndef WICK_COMPILER_EMBEDDED_H
#define WICK_COMPILER_EMBEDDED_H

typedef struct wick_embedded_file {
    const char *name; // stem
    const char *text;
} wick_embedded_file;

extern const wick_embedded_file wick_embedded_targets[]; // ends with a NULL name
extern const char *const wick_embedded_target_names[];   // the same names, NULL-terminated

#endif
