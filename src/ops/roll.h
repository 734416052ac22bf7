// SPDX-License-Identifier: BSD-3-Clause
// Operators that put several parts of their inputs into out: roll, stack, repeat_interleave.
#ifndef WICK_OPS_ROLL_H
#define WICK_OPS_ROLL_H

#include "ops/op.h"

typedef struct wick_roll_block {
    uint32_t dim; // of stack
    uint32_t out_arg;
} wick_roll_block;

wick_status wick_roll_prepare(const wick_call *call, void *block);
wick_status wick_roll_run(const wick_call *call, const void *block);
wick_status wick_stack_prepare(const wick_call *call, void *block);
wick_status wick_stack_run(const wick_call *call, const void *block);
wick_status wick_repeat_interleave_prepare(const wick_call *call, void *block); // sized by `run`
wick_status wick_repeat_interleave_run(const wick_call *call, const void *block);

#endif
