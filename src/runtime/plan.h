// SPDX-License-Identifier: BSD-3-Clause
// The parts of a method in a verified program.
#ifndef WICK_RUNTIME_PLAN_H
#define WICK_RUNTIME_PLAN_H

#include "format/pte_read.h"
#include "wick/operator.h"

typedef struct wick_plan {
    const uint8_t *table;
    wick_fb_vector instructions; // of its chain
    // As in the table, in the order of its slots:
    wick_fb_vector values;
    wick_fb_vector inputs;
    wick_fb_vector outputs;
    wick_fb_vector chains;
    wick_fb_vector operators;
    wick_fb_vector delegates;
    wick_fb_vector arenas; // u64 bytes of each memory; [0] is reserved
} wick_plan;

wick_plan wick_plan_view(const uint8_t *table);

// NOT_FOUND if the program has no method of this name.
wick_status wick_plan_find(const wick_program *program, const char *name, wick_plan *plan,
                           wick_failure *failure);

// Row of operator `index` of the plan; OPERATOR_MISSING names it.
wick_status wick_plan_operator(const wick_plan *plan, const wick_operators *operators,
                               uint32_t index, const wick_operator **row, wick_failure *failure);

// NOT_SUPPORTED, naming the delegate that a call is for.
wick_status wick_plan_refuse_delegate(const wick_plan *plan, const uint8_t *call,
                                      wick_failure *failure);

// Planned memories, and the bytes of each from 0.
uint32_t wick_plan_arena_count(const wick_plan *plan);
size_t wick_plan_arena_bytes(const wick_plan *plan, uint32_t index);

// Instruction `index`: its type code, and the table of its union in *call.
static inline uint32_t wick_plan_instruction(const wick_plan *plan, uint32_t index,
                                             const uint8_t **call)
{
    uint32_t type;
    *call = wick_fb_union(wick_fb_table_at(plan->instructions, index), &type);
    return type;
}

// Value `index`: its type code, and the table of its union in *held.
static inline uint32_t wick_plan_value(const wick_plan *plan, uint32_t index, const uint8_t **held)
{
    uint32_t type;
    *held = wick_fb_union(wick_fb_table_at(plan->values, index), &type);
    return type;
}

#endif
