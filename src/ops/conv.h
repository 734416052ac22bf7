// SPDX-License-Identifier: BSD-3-Clause
// aten::convolution of one and two spatial dimensions, forward and transposed. conv3d.h has that of
// any number.
#ifndef WICK_OPS_CONV_H
#define WICK_OPS_CONV_H

#include "kernels/conv/conv.h"
#include "wick/operator.h"

typedef wick_conv_params wick_convolution_block;

wick_status wick_convolution_prepare(const wick_call *call, void *block);
wick_status wick_convolution_run(const wick_call *call, const void *block);

// For conv3d.c: dtypes of input, weight, bias and out; and sizes[0] and [1] of input, weight and
// bias, which give batch, groups, in_channels, out_channels. params->is_transposed is set before.
wick_status wick_convolution_check_dtypes(const wick_call *call);
wick_status wick_convolution_read_channels(const wick_call *call, wick_conv_params *params);

#endif
