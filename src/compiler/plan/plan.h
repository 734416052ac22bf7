// SPDX-License-Identifier: BSD-3-Clause
// Memory plan of a graph: which values share storage (views), how long storage lives, which memory
// and offset it gets.
#ifndef WICK_COMPILER_PLAN_PLAN_H
#define WICK_COMPILER_PLAN_PLAN_H

#include "compiler/contract/contract.h"
#include "compiler/ir/ir.h"
#include "compiler/plan/place.h"
#include "compiler/target.h"

typedef struct wick_plan_storage {
    wick_plan_buffer buffer;
    uint32_t memory_id; // 1-based; 0: a constant that stays in the program
} wick_plan_storage;

// A result that may lie over the input that it is computed from, and whether it does.
typedef struct wick_plan_reuse {
    const wick_ir_node *node;
    uint32_t instruction;
    uint32_t input, out; // storages; they are alive together at this instruction only
    wick_distance distance;
    bool overlaps;
    bool is_backward; // the node computes from the last pixel to the first
} wick_plan_reuse;

typedef struct wick_memory_plan {
    uint32_t storage_count;
    wick_plan_storage *storages;
    uint32_t memory_count;
    wick_plan_result memories[WICK_MAX_ARENAS]; // memory id - 1
    // Bytes that one inference reads and writes in each memory; and what they would be if each
    // storage took the first place in the cheapest memory that has room (valid where possible).
    uint64_t traffic_bytes[WICK_MAX_ARENAS];
    uint64_t first_fit_traffic_bytes[WICK_MAX_ARENAS];
    bool first_fit_is_possible;
    uint64_t constant_traffic_bytes;         // read where the program lies
    size_t copied_constant_bytes;            // at init, to memories where they cost less
    const char *peak_names[WICK_MAX_ARENAS]; // what is alive at the peak: "'x' 400, 'y' 200"
    uint32_t reuse_count;
    wick_plan_reuse *reuses;
    uint32_t instruction_count;
    // For value v (v->index as set by wick_plan_memory): storage_of[v->index] is its storage,
    // UINT32_MAX if none, and it begins offset_of[v->index] bytes into it.
    uint32_t *storage_of;
    size_t *offset_of;
    bool *is_elided; // one for each value: its node needs no instruction
    uint32_t value_count;
} wick_memory_plan;

// Orders the nodes of the graph anew where that takes less memory.
// Numbers all values (value->index) and plans inputs, intermediates and outputs. A view, or a slice
// that lies in one piece, shares its input's storage and is elided (wick_plan_is_elided); a join
// whose pieces can be written where they belong is elided too. Slices and joins stay copies where
// that takes less memory. Outputs never share with inputs or with each other.
// An elementwise node writes over an operand that has its shape and that nothing reads any more;
// another node's result overlaps an input as far as its contract allows. Where that takes backward
// computation, the node gets a constant that says so.
// Errors  OUT_OF_RESOURCES if a memory of the target is too small: names the values alive at the
//         peak.
wick_status wick_plan_memory(wick_arena *arena, wick_ir_graph *graph, const wick_target *target,
                             wick_diag *diag, wick_memory_plan **out);
// Bytes that the two storages of a reuse share.
size_t wick_plan_shared_bytes(const wick_memory_plan *plan, const wick_plan_reuse *reuse);
bool wick_plan_is_elided(const wick_memory_plan *plan, const wick_ir_node *node);
// Whether the node is a jump, or a label, which takes no instruction.
bool wick_plan_is_jump(const wick_ir_node *node);

// The plan as text: one row for each storage (offset, bytes, lifetime) drawn over time, arena,
// bound and gap. `graph` gives the names of views; NULL leaves them out.
const char *wick_plan_print(wick_arena *arena, const wick_ir_graph *graph,
                            const wick_memory_plan *plan);

#endif
