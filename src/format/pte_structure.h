// SPDX-License-Identifier: BSD-3-Clause
// First half of the verifier: one table at a time is held against the .pte schema.
#ifndef WICK_FORMAT_PTE_STRUCTURE_H
#define WICK_FORMAT_PTE_STRUCTURE_H

#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/status.h"

// What was found of the last vtable of a table type: as a rule tables of one type and with the same
// fields share one, and follow each other.
typedef struct wick_pte_known_vtable {
    uint32_t position;
    uint32_t bytes;     // of a table, at least, that ends behind all of its fields
    uint16_t first_row; // of wick_pte_rows, of the fields of the type; 0: nothing is known here
    uint16_t vectors;   // bit k: the field in slot k refers to a vector
    uint16_t offsets[WICK_PTE_MAX_FIELDS]; // of the fields of the type in a table; 0: absent
} wick_pte_known_vtable;

enum {
    WICK_PTE_KNOWN_VTABLES = 8, // types whose rows differ in the lowest bits do not share an entry
};

// The flatbuffer bytes[0, end) that is being verified. It holds at least a header: end > 8.
typedef struct wick_pte_walk {
    const uint8_t *bytes;
    uint32_t end;
    uint32_t budget; // items of vectors that may still be visited: they may be shared, and time
                     // must stay linear
    const uint8_t *table;               // the one opened last
    const wick_pte_known_vtable *known; // its vtable
    wick_failure *failure;
    wick_pte_known_vtable vtables[WICK_PTE_KNOWN_VTABLES];
} wick_pte_walk;

// Checks the table that the word at `reference` (aligned, inside) leads to: it lies inside with its
// fields and vectors, naturally aligned; required fields are there; strings are terminated. Tables
// that it refers to are left to the caller, and so are the vectors of a TENSOR and of calls. On
// success it is walk->table. Errors  INVALID_PROGRAM, failure->detail is the byte position.
wick_status wick_pte_open_table(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type);

// The same for a table whose two fields are the type and the value of a union: checks it and what
// it holds, which is walk->table then. Stores the type code.
wick_status wick_pte_open_union(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type, uint32_t *code);

// The same for tables that refer to no others, in fields of a table that has been opened: the one,
// or each of a vector. Bit k of `slots` stands for the field in slot k.
wick_status wick_pte_open_leaves(wick_pte_walk *walk, const uint8_t *table, uint32_t table_type,
                                 uint32_t slots);

// Takes the items of a vector that are about to be visited from the budget.
wick_status wick_pte_charge(wick_pte_walk *walk, wick_fb_vector items);

// Where the field in a slot of the open table lies, NULL if absent; and the word or byte there, 0
// if absent.
static inline const uint8_t *wick_pte_field(const wick_pte_walk *walk, uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? walk->table + offset : 0;
}

static inline uint32_t wick_pte_word(const wick_pte_walk *walk, uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? wick_fb_word(walk->table + offset) : 0;
}

static inline uint32_t wick_pte_byte(const wick_pte_walk *walk, uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? walk->table[offset] : 0;
}

// Checks the vector that the word at `reference` leads to, of items of 1 << item_shift bytes.
wick_status wick_pte_check_vector(const wick_pte_walk *walk, const uint8_t *reference,
                                  uint32_t item_shift);

#endif
