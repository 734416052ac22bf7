// SPDX-License-Identifier: BSD-3-Clause
// The sources of base, kernels and operators, preprocessed when Wick is built, as a set of
// definitions of which any part can be taken out with all it needs.
#ifndef WICK_COMPILER_EMIT_C_DEVICE_SOURCE_H
#define WICK_COMPILER_EMIT_C_DEVICE_SOURCE_H

#include "compiler/support/text.h"

#include <stdbool.h>

typedef struct wick_device_source wick_device_source;

wick_device_source *wick_device_source_open(wick_arena *arena);

// Adds to `out` the definition of `name` and of all it needs that `out` does not have yet, callees
// before callers, everything static. False if no definition has that name.
bool wick_device_source_take(wick_device_source *source, const char *name, wick_text *out);

// Whether the definition of `from` needs `name`, directly or not, by a way that leads over none of
// `stops` (NULL at the end).
bool wick_device_source_reaches(wick_device_source *source, const char *from, const char *name,
                                const char *const *stops);

#endif
