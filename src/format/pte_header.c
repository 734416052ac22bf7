// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_header.h"

#include "base/failure.h"
#include "format/pte_read.h"

enum {
    SHORT_LENGTH = 24,
    LONG_LENGTH = 32,
    SMALLEST_FILE = 8 + LONG_LENGTH, // no program is smaller, with or without a header
};

static wick_status read_extended_header(wick_program *program, wick_failure *failure)
{
    const uint8_t *bytes = program->bytes;
    const uint32_t length = wick_load_u32(bytes + 12);
    bool is_right = length >= SHORT_LENGTH &&
                    wick_pte_size(bytes + 16, &program->flatbuffer_bytes) &&
                    wick_pte_size(bytes + 24, &program->segment_base_offset) &&
                    program->flatbuffer_bytes >= SMALLEST_FILE &&
                    program->flatbuffer_bytes <= program->size_bytes &&
                    program->segment_base_offset <= program->size_bytes;
    const size_t room = program->size_bytes - program->segment_base_offset;
    program->segment_data_bytes = program->segment_base_offset != 0 ? room : 0;
    if (is_right && length >= LONG_LENGTH) {
        is_right = wick_pte_size(bytes + 32, &program->segment_data_bytes) &&
                   program->segment_data_bytes <= room;
    }
    return is_right ? WICK_OK
                    : wick_failure_set(failure, WICK_INVALID_PROGRAM, 8,
                                       WICK_TEXT("extended header does not fit"));
}

static inline bool is_mark(const uint8_t *p, const char *mark)
{
    return wick_load_aligned_u32(p) == ((uint32_t)mark[0] | (uint32_t)mark[1] << 8 |
                                        (uint32_t)mark[2] << 16 | (uint32_t)mark[3] << 24);
}

wick_status wick_pte_read_header(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                                 wick_failure *failure)
{
    program->bytes = bytes;
    program->size_bytes = size_bytes;
    program->flatbuffer_bytes = size_bytes;
    program->segment_base_offset = 0;
    program->segment_data_bytes = 0;
    if ((uintptr_t)bytes % WICK_PROGRAM_ALIGNMENT != 0) {
        return wick_failure_set(failure, WICK_INVALID_ARGUMENT, WICK_NOWHERE,
                                WICK_TEXT("program bytes must be 16-aligned"));
    }
    if (size_bytes < SMALLEST_FILE || !is_mark(bytes + 4, "ET12")) {
        return wick_failure_set(failure, WICK_INVALID_PROGRAM, 4, WICK_TEXT("not an ET12 program"));
    }
    if (is_mark(bytes + 8, "eh00")) {
        WICK_TRY(read_extended_header(program, failure));
    }
    if (program->flatbuffer_bytes > INT32_MAX) {
        return wick_failure_set(failure, WICK_INVALID_PROGRAM, 16,
                                WICK_TEXT("program above 2 GiB"));
    }
    program->root_offset = wick_load_aligned_u32(bytes);
    return WICK_OK;
}
