// SPDX-License-Identifier: BSD-3-Clause
// Elementwise arithmetic on 8-bit integers: wick::table_s8 (input, table), wick::add_s8,
// wick::mul_s8, wick::div_s8 (self, other, block); on 16-bit ones wick::table_s16, add_s16,
// mul_s16, where zero points of operands are 0. wick::rescale (input, block): from 8 or 16 bits to
// 8 or 16.
//
// table   i8[256] or i16[513], constant or not. input and out of table and rescale are alike in
//         memory.
// block   constant i32[words]: one of the structs below, then `loop_count` wick_quant_loop, that
//         say how the operands meet (broadcasting): out lies in their order and is contiguous. Two
//         operands of one shape are one loop {count, 1, 1}.
// Result  that of kernels/quant/elementwise_s8.h and elementwise_s16.h.
#ifndef WICK_OPS_QUANT_ELEMENTWISE_H
#define WICK_OPS_QUANT_ELEMENTWISE_H

#include "kernels/quant/elementwise_s16.h"
#include "ops/quant/quant_block.h"

typedef struct wick_add_s8_block {
    wick_add_s8_params params; // b_sign -1: a difference
    int32_t loop_count;
} wick_add_s8_block;

// A quotient's shift is in [-33, 30].
typedef struct wick_mul_s8_block {
    wick_mul_s8_params params;
    int32_t loop_count;
} wick_mul_s8_block;

typedef wick_rescale_params wick_rescale_block;

wick_status wick_table_s8_prepare(const wick_call *call, void *block);
wick_status wick_add_s8_prepare(const wick_call *call, void *block);
wick_status wick_mul_s8_prepare(const wick_call *call, void *block);
wick_status wick_div_s8_prepare(const wick_call *call, void *block);

wick_status wick_table_s8_run(const wick_call *call, const void *block);
wick_status wick_add_s8_run(const wick_call *call, const void *block);
wick_status wick_mul_s8_run(const wick_call *call, const void *block);
wick_status wick_div_s8_run(const wick_call *call, const void *block);

wick_status wick_table_s16_prepare(const wick_call *call, void *block);
wick_status wick_table_s16_run(const wick_call *call, const void *block);
wick_status wick_add_s16_prepare(const wick_call *call, void *block);
wick_status wick_add_s16_run(const wick_call *call, const void *block);
wick_status wick_mul_s16_prepare(const wick_call *call, void *block);
wick_status wick_mul_s16_run(const wick_call *call, const void *block);
wick_status wick_rescale_prepare(const wick_call *call, void *block);
wick_status wick_rescale_run(const wick_call *call, const void *block);

#endif
