// SPDX-License-Identifier: BSD-3-Clause
// Operators that a firmware carries: a const array of pointers to const rows, passed to
// wick_method_init. No registry.
//
// `wick_operators_all` (link libwick_ops) holds every operator; a table generated for one model by
// `wick compile --operators-c FILE` names only its own, and the linker drops the rest.
#ifndef WICK_OPERATOR_H
#define WICK_OPERATOR_H

#include "wick/random.h"
#include "wick/status.h"
#include "wick/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

// One instruction of a method: its arguments are value indices, as in the .pte.
typedef struct wick_call {
    wick_value *values;  // all values of the method
    const uint8_t *args; // int32 little-endian indices into values, 4-aligned
    uint32_t arg_count;
    wick_failure *failure; // never NULL
    wick_random *random;   // what operators draw numbers from; NULL: they refuse to run
} wick_call;

// An operator has two halves. `prepare` checks the arguments, gives the out tensors their sizes,
// and writes what `run` needs into a block of fixed-width numbers without pointers (block_bytes,
// 8-aligned). `run` repeats no check but those that depend on data (an index out of range).
typedef struct wick_operator {
    const char *name;      // out variant as in the .pte, such as "aten::add.out"
    const char *signature; // one letter for each argument, see src/ops/ops.def
    wick_status (*prepare)(const wick_call *call, void *block);
    wick_status (*run)(const wick_call *call, const void *block);
    uint16_t block_bytes;
    uint16_t name_bytes; // strlen(name): names are compared by their length first
} wick_operator;

typedef struct wick_operators {
    const wick_operator *const *rows;
    uint32_t count;
} wick_operators;

extern const wick_operators wick_operators_all;

#ifdef __cplusplus
}
#endif
#endif
