// SPDX-License-Identifier: BSD-3-Clause
// aten::convolution of one to three spatial dimensions, its gradients, aten::conv_tbc.
#ifndef WICK_OPS_CONV3D_H
#define WICK_OPS_CONV3D_H

#include "kernels/conv/conv3d.h"
#include "ops/conv.h"

typedef struct wick_convolution_backward_block {
    wick_conv3d_params params; // of the forward call: out is the gradient of its result
    uint8_t mask[3];           // gradients wanted: of input, weight, bias
} wick_convolution_backward_block;
typedef wick_conv3d_params wick_conv_tbc_block;

// Any rank: one and two spatial dimensions go to conv.h.
wick_status wick_convolution3d_prepare(const wick_call *call, void *block);
wick_status wick_convolution3d_run(const wick_call *call, const void *block);
wick_status wick_convolution_backward_prepare(const wick_call *call, void *block);
wick_status wick_convolution_backward_run(const wick_call *call, const void *block);
wick_status wick_conv_tbc_prepare(const wick_call *call, void *block);
wick_status wick_conv_tbc_run(const wick_call *call, const void *block);

#endif
