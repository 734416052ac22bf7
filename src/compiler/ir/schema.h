// SPDX-License-Identifier: BSD-3-Clause
// PyTorch's schema language: "(Tensor self, int[2] stride=1, *, Scalar alpha=1, Tensor(a!) out) ->
// Tensor(a!)". Source: aten/src/ATen/native/README.md,
// torch/csrc/jit/frontend/schema_type_parser.cpp.
#ifndef WICK_COMPILER_IR_SCHEMA_H
#define WICK_COMPILER_IR_SCHEMA_H

#include "compiler/ir/ir.h"

typedef enum wick_schema_base {
    WICK_SCHEMA_TENSOR,
    WICK_SCHEMA_SCALAR,
    WICK_SCHEMA_INT, // int and SymInt
    WICK_SCHEMA_FLOAT,
    WICK_SCHEMA_BOOL,
    WICK_SCHEMA_STRING,
    WICK_SCHEMA_DTYPE,
    WICK_SCHEMA_IGNORED, // Layout, Device, MemoryFormat, Generator
    WICK_SCHEMA_GRAPH,   // a body of control flow
} wick_schema_base;

typedef struct wick_schema_type {
    wick_schema_base base;
    bool is_list;
    bool optional;      // the whole argument may be None
    bool item_optional; // "Tensor?[]"
    uint32_t length;    // of "int[2]": one integer stands for so many; 0 if not given
} wick_schema_type;

// False if the text is no type that this file knows.
bool wick_schema_type_parse(const char *text, wick_schema_type *out);

// A list argument of this type from its items. False if an item does not fit.
bool wick_schema_make_list(wick_arena *arena, const wick_schema_type *type,
                           const wick_ir_arg *atoms, uint32_t count, wick_ir_arg *out);

typedef struct wick_schema {
    uint32_t parameter_count;
    wick_ir_parameter *parameters; // outs last, as in the schema
    uint32_t out_count;            // keyword-only parameters that are written: "Tensor(a!) out"
    uint32_t return_count;         // 0: none, or a list
} wick_schema;

// NULL if the text does not parse: schemas come from tables, a test holds every row against this.
const wick_schema *wick_schema_parse(wick_arena *arena, const char *text);

#endif
