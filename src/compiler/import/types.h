// SPDX-License-Identifier: BSD-3-Clause
// TensorMeta of the archive to types. Source: torch/_export/serde/schema.py.
#ifndef WICK_COMPILER_IMPORT_TYPES_H
#define WICK_COMPILER_IMPORT_TYPES_H

#include "compiler/import/context.h"
#include "compiler/import/strided.h"

typedef struct wick_tensor_meta {
    wick_strided view;            // hints where symbolic
    int64_t sizes[WICK_MAX_RANK]; // of the type: numbers or handles
    bool is_symbolic;
} wick_tensor_meta;

// A wick_dtype for a code of serde's ScalarType. False if Wick has no such type.
bool wick_dtype_from_serde(int64_t code, uint32_t *out);
// "complex64", "float8_e4m3fn", ..: what serde's code means, Wick's types included.
const char *wick_serde_dtype_name(int64_t code);

// {as_int} or {as_expr{expr_str, hint}}: a size, and the number that it had in the export.
wick_status wick_import_sym_int(const wick_import *import, const wick_json *json, int64_t *size,
                                int64_t *hint);

// `what` names the tensor in messages, such as "weight 'conv.weight'".
// Errors  INVALID_PROGRAM, NOT_SUPPORTED (dtype, layout, rank, size).
wick_status wick_import_tensor_meta(const wick_import *import, const char *what,
                                    const wick_json *json, wick_tensor_meta *out);
// The contiguous type of a tensor.
wick_ir_type wick_import_tensor_type(const wick_import *import, const wick_tensor_meta *meta);
// Gives `type` the dim order that the strides tell, where they tell one that is not contiguous.
void wick_import_keep_order(const wick_tensor_meta *meta, wick_ir_type *type);
// Makes `type` contiguous unless it is channels-last (4-D, 5-D): what inputs and outputs may be.
void wick_import_settle_order(wick_ir_type *type);

#endif
