// SPDX-License-Identifier: BSD-3-Clause
// NumPy's .npy arrays. Source: numpy/lib/format.py (versions 1.0, 2.0 and 3.0 read, 1.0 written).
#ifndef WICK_COMPILER_SUPPORT_NPY_H
#define WICK_COMPILER_SUPPORT_NPY_H

#include "compiler/support/diag.h"
#include "wick/tensor.h"

typedef struct wick_npy {
    uint8_t dtype; // a wick_dtype; bfloat16, which NumPy lacks, is "<V2" as ml_dtypes has it
    uint32_t rank;
    int64_t sizes[WICK_MAX_RANK];
    const uint8_t *data; // dense, row-major, little-endian, 16-aligned
    size_t size_bytes;
} wick_npy;

// `name` is for messages. The data is borrowed from `bytes` where it is aligned, else copied into
// the arena.
// Errors  INVALID_ARGUMENT: not an array, truncated; NOT_SUPPORTED: element type, byte order,
//         Fortran order.
wick_status wick_npy_parse(wick_arena *arena, const uint8_t *bytes, size_t size_bytes,
                           const char *name, wick_diag *diag, wick_npy *out);

// A file image in the arena.
uint8_t *wick_npy_write(wick_arena *arena, const wick_npy *array, size_t *size_bytes);

#endif
