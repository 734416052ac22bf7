// SPDX-License-Identifier: BSD-3-Clause
// Flatbuffer files of ExecuTorch (.pte, .bpte, .ptd) as JSON, both ways.
//
//   {"root_type": "Program", "version": 0, "execution_plan": [{"name": "forward", ...}], ...,
//    "segment_data": ["<base64>", ...]}
//
// Members have the names of the official schemas, as flatc prints them; a union is two members, its
// type by name before it. Fields that a file leaves out are left out. Bytes are base64. The table
// of segments is not shown: `segment_data` holds what it leads to. Reals that JSON has no number
// for are the strings "Infinity", "-Infinity" and "NaN".
#ifndef WICK_COMPILER_FBS_FBS_H
#define WICK_COMPILER_FBS_FBS_H

#include "compiler/support/diag.h"

#include <jansson.h>

// Reads any bytes: every access is checked, and the tree is held to a size in proportion to the
// file. Errors  INVALID_PROGRAM naming the byte.
wick_status wick_fbs_read(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                          const char *source, wick_diag *diag, json_t **out);

// A member that no table has, a number out of range or another kind is refused, with its place.
// Whether the numbers make sense together is for the verifier of the file to say.
wick_status wick_fbs_write(wick_arena *arena, const json_t *root, const char *source,
                           wick_diag *diag, uint8_t **bytes, size_t *size_bytes);

#endif
