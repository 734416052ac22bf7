// SPDX-License-Identifier: BSD-3-Clause
// What emission takes from ops.def: index by wick_ir_op.row.
#ifndef WICK_COMPILER_EMIT_ROWS_H
#define WICK_COMPILER_EMIT_ROWS_H

#include <stdint.h>

typedef struct wick_emit_row {
    const char *id;     // the row is `wick_op_<id>` in C
    const char *name;   // out variant: "aten::add.out"
    const char *schema; // of the out variant
    const char *signature;
    uint32_t traits;
} wick_emit_row;

extern const wick_emit_row wick_emit_rows[];
extern const uint32_t wick_emit_row_count;

// The form of a row for tensors of more dimensions than `rank` (wide.def).
typedef struct wick_emit_wide_row {
    const char *id;
    const char *name; // out variant
    uint32_t rank;
} wick_emit_wide_row;

extern const wick_emit_wide_row wick_emit_wide_rows[];
extern const uint32_t wick_emit_wide_row_count;

#endif
