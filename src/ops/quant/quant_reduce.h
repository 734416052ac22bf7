// SPDX-License-Identifier: BSD-3-Clause
// Pools, means and softmax on 8-bit integers: wick::avg_pool2d_s8, max_pool2d_s8, mean_s8,
// softmax_s8, log_softmax_s8 (input, block); on 16-bit ones avg_pool2d_s16, max_pool2d_s16,
// mean_s16, with the same blocks.
//
// Shapes  pools: images [batch, height, width, channels]. The others: any; all contiguous.
// block   constant i32[words]: one of the structs below and what it says to lie behind it.
// Result  that of the kernels named beside; no floating point at run time.
#ifndef WICK_OPS_QUANT_REDUCE_H
#define WICK_OPS_QUANT_REDUCE_H

#include "kernels/quant/mean_s8.h"
#include "kernels/quant/pool2d_nhwc_s8.h"
#include "kernels/quant/softmax_table_s8.h"
#include "ops/quant/quant_block.h"

// Maximum: nothing behind. Mean: wick_quant_scale[scale_count].
typedef wick_pool2d_nhwc_params wick_pool2d_s8_block;

// Behind: wick_quant_loop[kept_count + reduced_count], together at most WICK_QUANT_LOOPS_MAX; their
// a_step is that of the input, b_step 0. A sum has a scale without 1 / the number of terms.
typedef struct wick_mean_s8_block {
    wick_mean_s8_params params;
    int32_t kept_count, reduced_count;
} wick_mean_s8_block;

// Behind both: int32 table[table_count]. The result of softmax has scale 1 / one and zero point
// -128.
typedef wick_softmax_shape wick_softmax_s8_block;
typedef struct wick_log_softmax_s8_block {
    wick_softmax_shape shape;
    wick_log_softmax_scale scale;
} wick_log_softmax_s8_block;

wick_status wick_avg_pool2d_s8_prepare(const wick_call *call, void *block);
wick_status wick_max_pool2d_s8_prepare(const wick_call *call, void *block);
wick_status wick_mean_s8_prepare(const wick_call *call, void *block);
wick_status wick_softmax_s8_prepare(const wick_call *call, void *block);
wick_status wick_log_softmax_s8_prepare(const wick_call *call, void *block);

wick_status wick_avg_pool2d_s8_run(const wick_call *call, const void *block);
wick_status wick_max_pool2d_s8_run(const wick_call *call, const void *block);
wick_status wick_mean_s8_run(const wick_call *call, const void *block);
wick_status wick_softmax_s8_run(const wick_call *call, const void *block);
wick_status wick_log_softmax_s8_run(const wick_call *call, const void *block);

wick_status wick_avg_pool2d_s16_prepare(const wick_call *call, void *block);
wick_status wick_avg_pool2d_s16_run(const wick_call *call, const void *block);
wick_status wick_max_pool2d_s16_prepare(const wick_call *call, void *block);
wick_status wick_max_pool2d_s16_run(const wick_call *call, const void *block);
wick_status wick_mean_s16_prepare(const wick_call *call, void *block);
wick_status wick_mean_s16_run(const wick_call *call, const void *block);

#endif
