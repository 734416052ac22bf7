// SPDX-License-Identifier: BSD-3-Clause
// First half of the verifier: one table at a time is held against the .pte schema.
#ifndef WICK_FORMAT_PTE_STRUCTURE_H
#define WICK_FORMAT_PTE_STRUCTURE_H

#include "format/flatbuffer.h"
#include "format/pte_schema.h"
#include "wick/status.h"

#include <stdbool.h>

// What was found of the last vtable of a table type: as a rule tables of one type and with the same
// fields share one, and follow each other. Addresses are numbers here, so that hostile ones can be
// compared.
typedef struct wick_pte_known_vtable {
    uintptr_t vtable;
    uintptr_t last_table; // the last address where a table with these fields fits; 0: look anew
    uint8_t table_type;
    uint8_t has_rare;    // a field that the schema calls so
    uint16_t plain_type; // the table type, or WICK_PTE_NOT_PLAIN: it has vectors to check
    uint16_t offsets[WICK_PTE_MAX_FIELDS]; // of the fields of the type in a table; 0: absent
} wick_pte_known_vtable;

enum {
    WICK_PTE_KNOWN_VTABLES = 8, // types that differ in the lowest bits do not share an entry
    WICK_PTE_NOT_PLAIN = UINT16_MAX,
};

// The flatbuffer that is being verified.
typedef struct wick_pte_walk {
    wick_pte_known_vtable vtables[WICK_PTE_KNOWN_VTABLES];
    const uint8_t *table;               // the one opened last
    const wick_pte_known_vtable *known; // its vtable
    uint32_t code;                      // type code of the union opened last
    const uint8_t *bytes;
    uint32_t span;       // up to the last whole word
    uintptr_t last_word; // its address
    uint32_t budget;     // items of vectors that may still be visited: they may be shared, and time
                         // must stay linear
    wick_failure *failure;
} wick_pte_walk;

// Starts on the flatbuffer bytes[0, end), which holds at least a header: end > 8.
void wick_pte_walk_start(wick_pte_walk *walk, const uint8_t *bytes, uint32_t end,
                         wick_failure *failure);

// The address that the reference at `at` leads to, above all others if it leads out of memory.
static inline __attribute__((always_inline)) uintptr_t wick_pte_target(const uint8_t *at)
{
    uintptr_t target;
    return __builtin_add_overflow((uintptr_t)at, wick_fb_word(at), &target) ? UINTPTR_MAX : target;
}

// Checks the table that the word at `reference` (aligned, inside) leads to: it lies inside with its
// fields and vectors, naturally aligned; required fields are there; strings are terminated. Tables
// that it refers to are left to the caller, and so are the vectors of a TENSOR and of calls. On
// success it is walk->table. Errors  INVALID_PROGRAM, failure->detail is the byte position.
wick_status wick_pte_open_table(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type);

// The same for a table whose two fields are the type and the value of a union: checks it and what
// it holds, which is walk->table then. Stores the type code.
wick_status wick_pte_open_union(wick_pte_walk *walk, const uint8_t *reference, uint32_t table_type,
                                uint32_t union_type);

// The same for tables that refer to no others, in fields of a table that has been opened: the one,
// or each of a vector. Bit k of `slots` stands for the field in slot k.
wick_status wick_pte_open_leaves(wick_pte_walk *walk, const uint8_t *table, uint32_t table_type,
                                 uint32_t slots);

// Takes the items of a vector that are about to be visited from the budget.
wick_status wick_pte_refuse_charge(const wick_pte_walk *walk, wick_fb_vector items);
static inline __attribute__((always_inline)) wick_status wick_pte_charge(wick_pte_walk *walk,
                                                                         wick_fb_vector items)
{
    if (wick_fb_count(items) > walk->budget) {
        return wick_pte_refuse_charge(walk, items);
    }
    walk->budget -= wick_fb_count(items);
    return WICK_OK;
}

// Where the field in a slot of the open table lies, NULL if absent; and the word or byte there, 0
// if absent.
static inline __attribute__((always_inline)) const uint8_t *
wick_pte_field(const wick_pte_walk *walk, uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? walk->table + offset : 0;
}

static inline __attribute__((always_inline)) uint32_t wick_pte_word(const wick_pte_walk *walk,
                                                                    uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? wick_fb_word(walk->table + offset) : 0;
}

static inline __attribute__((always_inline)) uint32_t wick_pte_byte(const wick_pte_walk *walk,
                                                                    uint32_t slot)
{
    const uint32_t offset = walk->known->offsets[slot];
    return offset != 0 ? walk->table[offset] : 0;
}

// Records a failure at a byte position, and returns INVALID_PROGRAM.
wick_status wick_pte_fail_reference(const wick_pte_walk *walk, const uint8_t *at);
wick_status wick_pte_fail_bounds(const wick_pte_walk *walk, const uint8_t *at);

// Whether an address is that of an aligned word inside.
static inline __attribute__((always_inline)) bool wick_pte_is_word(const wick_pte_walk *walk,
                                                                   uintptr_t target)
{
    return target <= walk->last_word && target % 4 == 0;
}

// Checks the vector that the word at `reference` leads to, of items of 1 << item_shift bytes.
static inline __attribute__((always_inline)) wick_status
wick_pte_check_vector(const wick_pte_walk *walk, const uint8_t *reference, uint32_t item_shift)
{
    const uintptr_t target = wick_pte_target(reference);
    if (!wick_pte_is_word(walk, target)) {
        return wick_pte_fail_reference(walk, reference);
    }
    const uint8_t *vector = wick_fb_follow(reference);
    const uint32_t room = (uint32_t)(walk->last_word - target); // behind the count
    const uint32_t alignment = (uint32_t)(target + 4) & ((1u << item_shift) - 1);
    return wick_fb_word(vector) <= room >> item_shift && alignment == 0
               ? WICK_OK
               : wick_pte_fail_bounds(walk, vector);
}

#endif
