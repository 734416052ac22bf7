// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/conv.h"

#include "kernels/element/layout.h"
#include "wick/tensor.h"

static bool is_plain(const wick_conv_params *p)
{
    const int32_t in[4] = {p->batch, p->in_channels, p->in_height, p->in_width};
    const int32_t out[4] = {p->batch, p->out_channels, p->out_height, p->out_width};
    const int32_t weight[4] = {p->out_channels, p->in_channels / p->groups, p->kernel_height,
                               p->kernel_width};
    return !p->is_transposed && wick_layout_is_nchw(p->in_order, in) &&
           wick_layout_is_nchw(p->out_order, out) && wick_layout_is_nchw(p->weight_order, weight);
}

void wick_conv(const wick_conv_params *params, const wick_conv_data *data)
{
    switch (params->dtype) {
    case WICK_FLOAT32:
        if (is_plain(params)) {
            wick_conv_f32(params, data);
        } else {
            wick_conv_strided_f32(params, data);
        }
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_conv_strided_half(params, data);
        break;
    default: // a type code, not an enumeration of ours
        wick_conv_strided_integer(params, data);
    }
}
