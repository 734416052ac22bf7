// SPDX-License-Identifier: BSD-3-Clause
// Images of 8-bit integers in another size: wick::resize_s8 (input, block), nearest and bilinear.
//
// Shapes  images [batch, height, width, channels], contiguous.
// block   constant i32[words]: the struct below, then wick_resize_step[out_height + out_width].
//         wick_quant_resize_steps (compiler/quant_blocks/resize.h) makes the steps.
#ifndef WICK_OPS_QUANT_RESIZE_H
#define WICK_OPS_QUANT_RESIZE_H

#include "kernels/quant/resize_s8.h"
#include "ops/quant/quant_block.h"

typedef wick_resize_s8_params wick_resize_s8_block;

wick_status wick_resize_s8_prepare(const wick_call *call, void *block);
wick_status wick_resize_s8_run(const wick_call *call, const void *block);

#endif
