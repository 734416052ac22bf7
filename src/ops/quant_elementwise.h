// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on 8-bit integers: wick::table_s8 (input, table), wick::add_s8,
// wick::mul_s8, wick::div_s8 (self, other, block).
//
// table   i8[256], constant or not: out = table[input + 128]. input and out are alike in memory.
// block   constant i32[words]: one of the structs below, then `loop_count` wick_quant_loop, that
//         say how the operands meet (broadcasting): out lies in their order and is contiguous. Two
//         operands of one shape are one loop {count, 1, 1}.
// Result  that of kernels/quant/elementwise_s8.h.
#ifndef WICK_OPS_QUANT_ELEMENTWISE_H
#define WICK_OPS_QUANT_ELEMENTWISE_H

#include "kernels/quant/elementwise_s8.h"
#include "ops/quant_block.h"

typedef struct wick_add_s8_block {
    wick_add_s8_params params; // b_sign -1: a difference
    int32_t loop_count;
} wick_add_s8_block;

// A quotient's shift is in [-33, 30].
typedef struct wick_mul_s8_block {
    wick_mul_s8_params params;
    int32_t loop_count;
} wick_mul_s8_block;

wick_status wick_table_s8_prepare(const wick_call *call, void *block);
wick_status wick_add_s8_prepare(const wick_call *call, void *block);
wick_status wick_mul_s8_prepare(const wick_call *call, void *block);
wick_status wick_div_s8_prepare(const wick_call *call, void *block);

wick_status wick_table_s8_run(const wick_call *call, const void *block);
wick_status wick_add_s8_run(const wick_call *call, const void *block);
wick_status wick_mul_s8_run(const wick_call *call, const void *block);
wick_status wick_div_s8_run(const wick_call *call, const void *block);

#endif
