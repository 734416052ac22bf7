// SPDX-License-Identifier: BSD-3-Clause
#include "format/pte_header.h"

#include "base/failure.h"
#include "format/pte_read.h"

#include <string.h>

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

wick_status wick_pte_read_header(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                                 wick_failure *failure)
{
    *program =
        (wick_program){.bytes = bytes, .size_bytes = size_bytes, .flatbuffer_bytes = size_bytes};
    if ((uintptr_t)bytes % WICK_PROGRAM_ALIGNMENT != 0) {
        return wick_failure_set(failure, WICK_INVALID_ARGUMENT, WICK_NOWHERE,
                                WICK_TEXT("program bytes must be 16-aligned"));
    }
    if (size_bytes < SMALLEST_FILE || memcmp(bytes + 4, "ET12", 4) != 0) {
        return wick_failure_set(failure, WICK_INVALID_PROGRAM, 4, WICK_TEXT("not an ET12 program"));
    }
    if (memcmp(bytes + 8, "eh00", 4) == 0) {
        WICK_TRY(read_extended_header(program, failure));
    }
    if (program->flatbuffer_bytes > INT32_MAX) {
        return wick_failure_set(failure, WICK_INVALID_PROGRAM, 16,
                                WICK_TEXT("program above 2 GiB"));
    }
    program->root_offset = wick_load_u32(bytes);
    return WICK_OK;
}
