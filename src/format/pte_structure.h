// SPDX-License-Identifier: BSD-3-Clause
// First pass of the verifier: the bytes are a well-formed flatbuffer of the .pte schema.
#ifndef WICK_FORMAT_PTE_STRUCTURE_H
#define WICK_FORMAT_PTE_STRUCTURE_H

#include "wick/status.h"

// Walks every table reachable from the root in bytes[0, end) and holds each field against the
// schema: inside the bytes, naturally aligned, required ones present, strings terminated, union
// types known. After it, flatbuffer.h is safe. Memory  a fixed stack: the schema is six tables deep
// and does not recurse. Time    linear: a table may be shared, but no more tables are visited than
// there are bytes. Errors  INVALID_PROGRAM, failure->detail is the byte position.
wick_status wick_pte_check_structure(const uint8_t *bytes, uint32_t end, wick_failure *failure);

#endif
