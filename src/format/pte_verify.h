// SPDX-License-Identifier: BSD-3-Clause
// The verifier of .pte files: after it, no other part of the runtime checks program bytes again.
#ifndef WICK_FORMAT_PTE_VERIFY_H
#define WICK_FORMAT_PTE_VERIFY_H

#include "wick/program.h"

// Fills *program from the headers and checks everything that the file says: the structure of the
// flatbuffer, then ranges of segments, indices, shapes, placement of tensors, instructions.
// docs/pte.md lists the checks. Contract: see wick_program_open.
wick_status wick_pte_verify(const uint8_t *bytes, size_t size_bytes, wick_program *program,
                            wick_failure *failure);

#endif
