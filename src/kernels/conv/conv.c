// SPDX-License-Identifier: BSD-3-Clause
#include "kernels/conv/conv.h"

#include "kernels/conv/window.h"
#include "wick/tensor.h"

wick_conv_strides wick_conv_strides_of(const wick_conv_params *params)
{
    const wick_conv_params *const p = params;
    const int32_t in_group = p->in_channels / p->groups;
    const int32_t out_group = p->out_channels / p->groups;
    const int32_t in[4] = {p->batch, p->in_channels, p->in_height, p->in_width};
    const int32_t out[4] = {p->batch, p->out_channels, p->out_height, p->out_width};
    const int32_t weight[4] = {p->is_transposed ? p->in_channels : p->out_channels,
                               p->is_transposed ? out_group : in_group, p->kernel_height,
                               p->kernel_width};
    wick_conv_strides s;
    wick_layout_strides(p->in_order, in, s.in);
    wick_layout_strides(p->out_order, out, s.out);
    wick_layout_strides(p->weight_order, weight, s.weight);
    if (p->is_transposed) {
        const int32_t step = s.weight[0];
        s.weight[0] = s.weight[1];
        s.weight[1] = step;
    }
    return s;
}

void wick_conv(const wick_conv_params *params, const wick_conv_data *data)
{
    switch (params->dtype) {
    case WICK_FLOAT32:
        wick_conv_f32(params, data);
        break;
    case WICK_FLOAT16:
    case WICK_BFLOAT16:
        wick_conv_half(params, data);
        break;
    default: // a type code, not an enumeration of ours
        wick_conv_integer(params, data);
    }
}
