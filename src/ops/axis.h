// SPDX-License-Identifier: BSD-3-Clause
// The size of a convolution's result along one spatial dimension.
#ifndef WICK_OPS_AXIS_H
#define WICK_OPS_AXIS_H

#include "ops/op.h"

// One spatial dimension. A convolution of one dimension is one of height 1. stride, dilation >= 1;
// paddings >= 0.
typedef struct wick_axis {
    int32_t in, kernel, stride, padding, dilation, output_padding, out;
} wick_axis;

// Set axis->out; a failure speaks of argument 0 (input), 1 (weight) or `output_padding_arg`.
wick_status wick_axis_forward(const wick_call *call, wick_axis *axis);
wick_status wick_axis_transposed(const wick_call *call, wick_axis *axis,
                                 uint32_t output_padding_arg);

#endif
