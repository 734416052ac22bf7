// SPDX-License-Identifier: BSD-3-Clause
// Reading a verified program beyond single fields: plans, and where tensor data lies in the file.
#ifndef WICK_FORMAT_PTE_READ_H
#define WICK_FORMAT_PTE_READ_H

#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/program.h"

// Data of tensors by data_buffer_idx: constants, or the initial state of mutable tensors.
typedef struct wick_pte_data {
    wick_fb_vector offsets; // u64, into the segment below
    wick_fb_vector
        buffers; // Buffer tables with inline bytes: old files, used where there are no offsets
    const uint8_t *segment;
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

// Whether the data lies in the segment: a single offset is the reserved one, and such a program has
// no constants, or has them inline.
static inline bool wick_pte_data_is_in_segment(const wick_pte_data *data)
{
    return wick_fb_count(data->offsets) > 1;
}

// Bytes inside a Buffer table, and how many they are.
const uint8_t *wick_pte_inline_data(const wick_pte_data *data, uint32_t index, size_t *size_bytes);

// Data number `index`, which the verifier has seen.
const uint8_t *wick_pte_data_at(const wick_pte_data *data, uint32_t index);

#endif
