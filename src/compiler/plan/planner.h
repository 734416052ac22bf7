// SPDX-License-Identifier: BSD-3-Clause
// What the files of the planner share while one plan is made.
#ifndef WICK_COMPILER_PLAN_PLANNER_H
#define WICK_COMPILER_PLAN_PLANNER_H

#include "compiler/plan/alias.h"
#include "compiler/plan/plan.h"

#define WICK_PLAN_NO_STORAGE UINT32_MAX

// What the planner knows of a storage besides its buffer.
typedef struct wick_plan_facts {
    bool holds_input;
    bool holds_output;
    bool lives_on;          // from one execution to the next
    bool is_constant;       // may be copied to this memory at init, or stay in the program
    uint64_t traffic_bytes; // read and written in one inference
    uint32_t uses_left;     // of all values that it holds, graph outputs included
} wick_plan_facts;

typedef struct wick_planner {
    wick_arena *arena;
    wick_ir_graph *graph;
    const wick_target *target;
    wick_memory_plan *plan;
    size_t alignment;               // of offsets: the target's, or that of the widest element
    const wick_contract *contracts; // one for each node, in order
    wick_plan_facts *facts;         // one for each storage
    bool *is_output;                // one for each value
    bool uses_parts;                // slices are places in their whole
    bool uses_joins;                // the pieces of a join are written into the whole
    wick_plan_part *home;           // one for each value: in which other it is to be written
    uint32_t instruction;           // the one that is visited
    uint32_t *place_of;             // one for each storage: scratch, its place in a set
    wick_plan_overlap *overlaps;    // scratch: of a set
    // Where no placement was found: what is missing, else NULL.
    const char *failure;
    const char *failure_where;
} wick_planner;

static inline size_t wick_plan_bytes_of(const wick_ir_value *value)
{
    return wick_ir_type_size_bytes(&value->type);
}

// The same shape, and each element in the same place.
bool wick_plan_same_places(const wick_ir_type *a, const wick_ir_type *b);
// Memory without a content, which nodes write later.
bool wick_plan_is_room(const wick_ir_node *node);

// Fills `home`.
void wick_plan_find_homes(wick_planner *p);
// The outermost home of a value, and where it lies there; the value itself if it has none.
wick_plan_part wick_plan_home_of(const wick_planner *p, const wick_ir_value *value);

// Gives each storage a memory of the target and an offset; false after a failure.
bool wick_plan_assign(wick_planner *p);

// Fills the figures of the plan for comparison; `memories` are indices by rising cost.
void wick_plan_first_fit(wick_planner *p, const uint32_t *memories);

#endif
