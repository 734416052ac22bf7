// SPDX-License-Identifier: BSD-3-Clause
// Operators that lay a tensor into a larger one and fill the rest: aten::constant_pad_nd,
// cortex_m::pad.
#ifndef WICK_OPS_PAD_H
#define WICK_OPS_PAD_H

#include "kernels/walk/walk.h"
#include "ops/op.h"

typedef struct wick_pad_block {
    uint8_t element[8];  // that the padding holds
    wick_walk walk;      // of what remains of self; rank 0: nothing
    int32_t from_offset; // in elements
    int32_t to_offset;
    uint32_t fill_count; // elements of out to fill beforehand; 0 if self covers it
    uint32_t out_arg;
} wick_pad_block;

wick_status wick_constant_pad_nd_prepare(const wick_call *call, void *block);
// Pads of four dimensions in the order of memory: those of a channels-last tensor come as [n, h, w,
// c]. A tensor of less than four dimensions takes the last pads.
wick_status wick_cortex_m_pad_prepare(const wick_call *call, void *block);

wick_status wick_pad_run(const wick_call *call, const void *block);

#endif
