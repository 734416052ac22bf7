// SPDX-License-Identifier: BSD-3-Clause
// What emission of C takes from ops.def: names in the device sources.
#ifndef WICK_COMPILER_EMIT_C_ROWS_H
#define WICK_COMPILER_EMIT_C_ROWS_H

#include <stdint.h>

typedef struct wick_emit_c_row {
    const char *name;  // out variant: "aten::add.out"
    const char *run;   // function
    const char *block; // type
} wick_emit_c_row;

// The row of an operator for tensors of at most `rank` dimensions; NULL if there is none.
const wick_emit_c_row *wick_emit_c_row_of(const char *name, uint32_t rank);

#endif
