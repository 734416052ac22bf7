// SPDX-License-Identifier: BSD-3-Clause
// Nested loops over two operands and a result that lies in the order of the loops: how operands of
// different shapes meet.
#ifndef WICK_KERNELS_QUANT_LOOPS_H
#define WICK_KERNELS_QUANT_LOOPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { WICK_QUANT_LOOPS_MAX = 8 };

// One loop: how often, and by how many elements each operand moves; 0 where it stays.
typedef struct wick_quant_loop {
    int32_t count, a_step, b_step;
} wick_quant_loop;

// The last loop runs fastest. No loop: one element.
typedef struct wick_quant_loops {
    const wick_quant_loop *loop;
    uint32_t count; // at most WICK_QUANT_LOOPS_MAX
} wick_quant_loops;

// One pass through the innermost loop.
typedef struct wick_quant_run {
    wick_quant_loop loop;
    ptrdiff_t a, b, out; // of the first element
    int32_t counter[WICK_QUANT_LOOPS_MAX];
} wick_quant_run;

// Sets *run to the first pass; false if there is no element.
bool wick_quant_run_first(const wick_quant_loops *loops, wick_quant_run *run);
// Steps to the next pass; false after the last.
bool wick_quant_run_next(const wick_quant_loops *loops, wick_quant_run *run);

#endif
