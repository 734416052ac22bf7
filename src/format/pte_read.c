// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_read.h"

bool wick_pte_size(const uint8_t *p, size_t *out)
{
    const uint64_t value = wick_load_u64(__builtin_assume_aligned(p, 4));
    *out = (size_t)value;
    return *out == value;
}

// Data in the segment that an OFFSETS table (NULL: none) names.
static wick_pte_data data_in_segment(const wick_program *program, const uint8_t *table)
{
    const wick_fb_vector none = wick_fb_vector_at(0);
    wick_pte_data data = {.offsets = none, .buffers = none, .segment = program->bytes};
    if (table == 0) {
        return data;
    }
    const wick_fb_vector segments =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_SEGMENTS);
    const uint32_t index = wick_fb_u32(table, WICK_PTE_OFFSETS_SEGMENT_INDEX);
    data.offsets = wick_fb_items(table, WICK_PTE_OFFSETS_OFFSETS);
    if (index < wick_fb_count(segments)) {
        const uint8_t *segment = wick_fb_table_at(segments, index);
        data.segment +=
            program->segment_base_offset + (size_t)wick_fb_u64(segment, WICK_PTE_SEGMENT_OFFSET);
        data.segment_bytes = (size_t)wick_fb_u64(segment, WICK_PTE_SEGMENT_SIZE);
    }
    return data;
}

wick_pte_data wick_pte_constants(const wick_program *program)
{
    const uint8_t *root = wick_pte_root(program);
    wick_pte_data data =
        data_in_segment(program, wick_fb_table(root, WICK_PTE_PROGRAM_CONSTANT_SEGMENT));
    data.buffers = wick_fb_items(root, WICK_PTE_PROGRAM_CONSTANT_BUFFER);
    return data;
}

wick_pte_data wick_pte_initial_state(const wick_program *program)
{
    // The schema can name other elements; the official runtime, reader and writer know the first
    // one only.
    const wick_fb_vector all =
        wick_fb_items(wick_pte_root(program), WICK_PTE_PROGRAM_MUTABLE_DATA_SEGMENTS);
    return data_in_segment(program, wick_fb_count(all) > 0 ? wick_fb_table_at(all, 0) : 0);
}

const uint8_t *wick_pte_inline_data(const wick_pte_data *data, uint32_t index, size_t *size_bytes)
{
    const uint8_t *buffer = wick_fb_table_at(data->buffers, index);
    const wick_fb_vector storage = wick_fb_items(buffer, WICK_PTE_BUFFER_STORAGE);
    *size_bytes = wick_fb_count(storage);
    return wick_fb_count(storage) > 0 ? storage.items : buffer;
}

const uint8_t *wick_pte_data_at(const wick_pte_data *data, uint32_t index)
{
    size_t size_bytes;
    return wick_pte_data_is_in_segment(data)
               ? data->segment + wick_fb_size(data->offsets.items + 8 * (size_t)index)
               : wick_pte_inline_data(data, index, &size_bytes);
}
