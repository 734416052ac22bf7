// SPDX-License-Identifier: BSD-3-Clause
// A .pte program in memory (flash, mmap). Opening verifies the whole file once, copies nothing and
// allocates nothing.
#ifndef WICK_PROGRAM_H
#define WICK_PROGRAM_H

#include "wick/status.h"
#include "wick/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_PROGRAM_ALIGNMENT 16

struct wick_binder; // of the runtime
struct wick_data;

typedef struct wick_program {
    const uint8_t *bytes; // whole file; must outlive the program and its methods
    size_t size_bytes;
    size_t flatbuffer_bytes;    // length of the flatbuffer part, headers included
    size_t segment_base_offset; // 0 if the file has no segments
    size_t segment_data_bytes;
    uint32_t root_offset; // of the Program table
    // Of a program that has tensors outside (wick/data.h): where they are, and what binds them.
    wick_status (*bind)(struct wick_binder *binder); // NULL: none may be outside
    const struct wick_data *data;
} wick_program;

// Verifies `bytes` (aligned to WICK_PROGRAM_ALIGNMENT) as an ET12 program of any age: with a short
// or long extended header, or none; with constants in a segment or inline. Linear time, bounded
// stack.
// Errors  INVALID_PROGRAM (failure->detail: byte position), NOT_SUPPORTED (newer version),
//         INVALID_ARGUMENT (alignment).
wick_status wick_program_open(wick_program *program, const void *bytes, size_t size_bytes,
                              wick_failure *failure);

uint32_t wick_program_method_count(const wick_program *program);
// Name of method `index` < method count; zero-terminated, points into the program.
const char *wick_program_method_name(const wick_program *program, uint32_t index);

#ifdef __cplusplus
}
#endif
#endif
