// SPDX-License-Identifier: BSD-3-Clause
// One method of a program, bound to memory that the caller owns.
//
//   wick_requirements need;
//   WICK_TRY(wick_method_requirements(&program, "forward", &operators, &need, &failure));
//   WICK_TRY(wick_method_init(&method, &program, "forward", &operators, &memory, &failure));
//   WICK_TRY(wick_method_set_input(&method, 0, x, sizeof x, &failure));
//   WICK_TRY(wick_method_execute(&method, &failure));
//   const wick_tensor *y = wick_method_output(&method, 0);
#ifndef WICK_METHOD_H
#define WICK_METHOD_H

#include "wick/operator.h"
#include "wick/program.h"

#ifdef __cplusplus
extern "C" {
#endif

#define WICK_MAX_ARENAS      8
#define WICK_ARENA_ALIGNMENT 16

typedef struct wick_requirements {
    size_t metadata_bytes;               // values, resolved operators, prepared blocks; 8-aligned
    uint32_t arena_count;                // memory ids 1..arena_count are arenas[0..arena_count-1]
    size_t arena_bytes[WICK_MAX_ARENAS]; // planned tensors of each memory;
                                         // WICK_ARENA_ALIGNMENT-aligned
    uint32_t input_count;
    uint32_t output_count;
} wick_requirements;

typedef struct wick_memory {
    void *metadata;
    size_t metadata_bytes;
    void *arenas[WICK_MAX_ARENAS];
    size_t arena_bytes[WICK_MAX_ARENAS];
} wick_memory;

// Opaque to users but sized here, so that it can lie on the stack or in static memory.
typedef struct wick_method {
    const wick_program *program;
    wick_value *values;
    const wick_operator **operators; // one for each operator of the plan
    uint8_t *blocks;                 // the metadata region, in which the prepared blocks lie
    uint32_t *block_offsets;         // one for each instruction: where its block starts in `blocks`
    uint8_t *input_is_set;           // one for each input
    wick_random random;              // what operators draw numbers from
    uint32_t plan_offset;            // of the ExecutionPlan table in the program
    uint32_t value_count;
    uint32_t instruction_count;
    uint32_t input_count;
    uint32_t output_count;
    bool has_unbound; // some tensor has no memory: each call looks whether it meets one
    bool is_dynamic;  // some shape may change: instructions are prepared at each execution
} wick_method;

// What init will need, computed without memory. NOT_FOUND: no such method; OPERATOR_MISSING: names
// the operator.
wick_status wick_method_requirements(const wick_program *program, const char *name,
                                     const wick_operators *operators, wick_requirements *need,
                                     wick_failure *failure);

// Binds the method to memory, resolves its operators and prepares every instruction. `program`,
// `operators` and the regions must outlive the method. OUT_OF_MEMORY if a region is short,
// INVALID_ARGUMENT if one is misaligned.
wick_status wick_method_init(wick_method *method, const wick_program *program, const char *name,
                             const wick_operators *operators, const wick_memory *memory,
                             wick_failure *failure);

// Value of an input or output: shape, dtype and (once bound) data. Index must be below the count in
// the requirements.
const wick_value *wick_method_input(const wick_method *method, uint32_t index);
const wick_value *wick_method_output_value(const wick_method *method, uint32_t index);
// Output `index` as tensor; NULL if it is not one.
const wick_tensor *wick_method_output(const wick_method *method, uint32_t index);

// Copies (planned) or borrows (unplanned) the bytes of a tensor input of its full declared shape.
wick_status wick_method_set_input(wick_method *method, uint32_t index, const void *data,
                                  size_t size_bytes, wick_failure *failure);
// The same with an explicit type and shape; a dynamic input takes any shape up to its bound.
wick_status wick_method_set_input_tensor(wick_method *method, uint32_t index,
                                         const wick_tensor *tensor, wick_failure *failure);
// A scalar input must equal the value the program was exported with, as on the official runtime.
wick_status wick_method_set_input_int(wick_method *method, uint32_t index, int64_t value,
                                      wick_failure *failure);
wick_status wick_method_set_input_real(wick_method *method, uint32_t index, double value,
                                       wick_failure *failure);
wick_status wick_method_set_input_bool(wick_method *method, uint32_t index, bool value,
                                       wick_failure *failure);

// Runs all instructions. INVALID_STATE if a tensor input was not set: a borrowed one stays set, a
// planned one has to be set before each execution, because its memory may serve other tensors later
// on. A program with jumps can loop for ever; a caller who runs programs that he does not trust
// counts steps instead.
wick_status wick_method_execute(wick_method *method, wick_failure *failure);

// Starts the random numbers of the method anew: after init they are those of seed 0, and each
// execution goes on where the one before ended (docs/random.md).
void wick_method_seed(wick_method *method, uint64_t seed);

// The same in single steps: begin checks the inputs; each step runs instruction *position and moves
// it on, until END_OF_METHOD. Start with *position 0.
wick_status wick_method_begin(wick_method *method, wick_failure *failure);
wick_status wick_method_step(wick_method *method, uint32_t *position, wick_failure *failure);

#ifdef __cplusplus
}
#endif
#endif
