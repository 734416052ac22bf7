// SPDX-License-Identifier: BSD-3-Clause
// The frame of a .pte file.
//
//   0  u32 root table | 4 "ET12" | 8 "eh00" | 12 u32 length | 16 u64 program bytes | 24 u64 segment
//   base | 32 u64 segment bytes (length >= 32 only)      from byte 8 on optional: without "eh00"
//   all is flatbuffer
#ifndef WICK_FORMAT_PTE_HEADER_H
#define WICK_FORMAT_PTE_HEADER_H

#include "wick/program.h"

// Fills *program. On success flatbuffer and segments lie inside the file, and the root offset is a
// word inside it.
wick_status wick_pte_read_header(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                                 wick_failure *failure);

#endif
