// SPDX-License-Identifier: BSD-3-Clause
// First half of the verifier: one table at a time is held against the .pte schema.
#ifndef WICK_FORMAT_PTE_STRUCTURE_H
#define WICK_FORMAT_PTE_STRUCTURE_H

#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/status.h"

// Where a vtable puts the two fields of a table that holds a union.
typedef struct wick_pte_holder {
    uint32_t vtable; // its position
    uint32_t bytes; // of a table, at least, that ends behind both fields; UINT32_MAX: no vtable yet
    uint32_t type_offset;
    uint32_t value_offset;
} wick_pte_holder;

// The flatbuffer bytes[0, end) that is being verified. It holds at least a header: end > 8.
typedef struct wick_pte_walk {
    const uint8_t *bytes;
    uint32_t end;
    uint32_t budget; // tables and list items that may still be visited: they may be shared, and
                     // time must stay linear
    const uint8_t *table;   // the one opened last
    wick_pte_holder holder; // of the union opened last
    wick_failure *failure;
} wick_pte_walk;

// Checks the table that the word at `reference` (aligned, inside) leads to: it lies inside with its
// fields and vectors, naturally aligned; required fields are there; strings are terminated. Tables
// that it refers to are left to the caller. Stores where each field of the type lies, NULL if
// absent. Errors  INVALID_PROGRAM, failure->detail is the byte position.
wick_status wick_pte_open_table(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type,
                                const uint8_t *fields[WICK_PTE_MAX_FIELDS]);

// The same for a table whose two fields are the type and the value of a union: checks it and what
// it holds. Stores the type code and the fields of what it holds.
wick_status wick_pte_open_union(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type, uint32_t *code,
                                const uint8_t *fields[WICK_PTE_MAX_FIELDS]);

// The same for tables that refer to no others: one, or each of a vector. `field`, which may be
// NULL, was found by wick_pte_open_table.
wick_status wick_pte_open_leaf(wick_pte_walk *walk, const uint8_t *field, uint32_t table_type);
wick_status wick_pte_open_leaves(wick_pte_walk *walk, const uint8_t *field, uint32_t table_type);

#endif
