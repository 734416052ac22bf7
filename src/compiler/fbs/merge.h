// SPDX-License-Identifier: BSD-3-Clause
// Methods of several programs in one, with equal constants stored once.
#ifndef WICK_COMPILER_FBS_MERGE_H
#define WICK_COMPILER_FBS_MERGE_H

#include "compiler/support/diag.h"

#include <jansson.h>
#include <stdbool.h>

// Of a tensor of a verified program.
size_t wick_fbs_tensor_bytes(const json_t *tensor);

// Gathers what the tensors of all methods refer to, constants and initial states, in one segment:
// equal bytes once, what no tensor uses not at all. Constants of old files move there too.
// Errors  INVALID_PROGRAM: a tensor's data lies outside of its segment.
wick_status wick_fbs_pack_constants(wick_arena *arena, json_t *program, const char *source,
                                    wick_diag *diag);

// Takes the data of tensors that a program has outside (by fully qualified name) from `data`, a
// FlatTensor, into the program. Errors  NOT_FOUND: no data of that name; INVALID_EXTERNAL_DATA: it
// has another type, shape or dim order, or lies outside; those of wick_fbs_pack_constants.
wick_status wick_fbs_link(wick_arena *arena, json_t *program, const json_t *data,
                          const char *source, wick_diag *diag);

// The other way: constants of at least `smallest_bytes` leave the program for a FlatTensor in
// *data. Those without a fully qualified name are named "constant_N".
wick_status wick_fbs_split(wick_arena *arena, json_t *program, size_t smallest_bytes,
                           const char *source, wick_diag *diag, json_t **data);

// Moves the methods of `other` behind those of `program`, with their constants, delegates' data and
// named data. Errors  INVALID_ARGUMENT: both have a method of one name, or named data of one key
// with other bytes; those of wick_fbs_pack_constants.
wick_status wick_fbs_merge(wick_arena *arena, json_t *program, json_t *other, const char *source,
                           wick_diag *diag);

#endif
