// SPDX-License-Identifier: BSD-3-Clause
// aten::convolution of one and two spatial dimensions, forward and transposed.
#ifndef WICK_OPS_CONV_H
#define WICK_OPS_CONV_H

#include "kernels/conv/conv.h"
#include "wick/operator.h"

typedef wick_conv_params wick_convolution_block;

wick_status wick_convolution_prepare(const wick_call *call, void *block);
wick_status wick_convolution_run(const wick_call *call, const void *block);

#endif
