// SPDX-License-Identifier: BSD-3-Clause
// A program as plain structs, and its bytes as a .pte file. Knows the format, not the graph.
#ifndef WICK_COMPILER_EMIT_PTE_WRITE_H
#define WICK_COMPILER_EMIT_PTE_WRITE_H

#include "compiler/support/arena.h"
#include "format/pte_schema.h"

#include <stdbool.h>

typedef struct wick_pte_tensor {
    uint8_t dtype; // wick_dtype
    uint8_t rank;
    const int64_t *sizes; // upper bounds of a dynamic one
    const uint8_t *dim_order;
    uint32_t constant;  // index in the program's constants + 1; 0: none. With a place in a memory:
                        // what it holds when a method begins its life
    uint32_t memory_id; // 0: not planned
    uint64_t offset_bytes;
    bool is_dynamic;
    const char *qualified_name; // of state; NULL: not written
} wick_pte_tensor;

typedef struct wick_pte_list {
    uint32_t count;
    const int64_t
        *integers;        // INT_LIST: value indices; (OPTIONAL_)TENSOR_LIST: value indices, -1 none
    const double *reals;  // DOUBLE_LIST
    const bool *booleans; // BOOL_LIST
} wick_pte_list;

typedef struct wick_pte_value {
    enum wick_pte_type type; // a member of the union VALUE
    union {
        int64_t integer; // INT, BOOL
        double real;
        const char *string;
        wick_pte_list list;
        wick_pte_tensor tensor;
    };
} wick_pte_value;

// A kernel call, or a jump where the condition is false.
typedef struct wick_pte_call {
    uint32_t operator_index;
    uint32_t arg_count;
    const int32_t *args; // value indices; of a jump: the condition
    bool is_jump;
    uint32_t destination; // of a jump: an instruction
} wick_pte_call;

typedef struct wick_pte_method {
    const char *name;
    const char *input_spec; // pytree specs; NULL: none
    const char *output_spec;
    const wick_pte_value *values;
    const int32_t *inputs; // value indices
    const int32_t *outputs;
    const char *const *operators; // "aten::add.out"
    const wick_pte_call *calls;
    const uint64_t *memory_bytes; // of memory 1, 2, ..
    uint32_t value_count;
    uint32_t input_count;
    uint32_t output_count;
    uint32_t operator_count;
    uint32_t call_count;
    uint32_t memory_count;
} wick_pte_method;

typedef struct wick_pte_constant {
    const uint8_t *bytes;
    size_t size_bytes;
} wick_pte_constant;

typedef struct wick_pte_program {
    const wick_pte_method *methods;
    uint32_t method_count;
    const wick_pte_constant *constants; // each one stored; the caller shares equal ones
    uint32_t constant_count;
    bool has_initial_state; // some tensor has a constant and a place in a memory
} wick_pte_program;

typedef struct wick_pte_file {
    uint8_t *bytes; // in the arena
    size_t size_bytes;
    size_t flatbuffer_bytes; // headers included
    size_t constant_bytes;   // of the constant segment
} wick_pte_file;

// The same program gives the same bytes.
wick_pte_file wick_pte_write(wick_arena *arena, const wick_pte_program *program);

#endif
