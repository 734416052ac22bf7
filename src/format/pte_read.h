// SPDX-License-Identifier: BSD-3-Clause
// Reading a verified program beyond single fields: plans, and where tensor data lies in the file.
#ifndef WICK_FORMAT_PTE_READ_H
#define WICK_FORMAT_PTE_READ_H

#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/program.h"

// Data of tensors by data_buffer_idx: constants, or the initial state of mutable tensors.
typedef struct wick_pte_data {
    const uint8_t *bytes;   // of the file
    wick_fb_vector offsets; // u64, into the segment below
    wick_fb_vector
        buffers; // Buffer tables with inline bytes: old files, used where there are no offsets
    size_t segment_offset; // in the file
    size_t segment_bytes;
} wick_pte_data;

static inline const uint8_t *wick_pte_root(const wick_program *program)
{
    return program->bytes + program->root_offset;
}

// Narrows a u64 of the file to size_t; false if it does not fit.
bool wick_pte_size(const uint8_t *p, size_t *out);

wick_pte_data wick_pte_constants(const wick_program *program);
wick_pte_data wick_pte_initial_state(const wick_program *program);

// Data number `index`, and how many bytes it may have at most; NULL if there is none.
const uint8_t *wick_pte_data_at(const wick_pte_data *data, uint32_t index, size_t *size_bytes);

#endif
