// SPDX-License-Identifier: BSD-3-Clause
// Layers of the official library from the numbers of ours, and padding as it can say it.
#ifndef WICK_COMPILER_PASSES_OFFICIAL_LAYERS_H
#define WICK_COMPILER_PASSES_OFFICIAL_LAYERS_H

#include "compiler/passes/official/official_operators.h"
#include "ops/quant/quant_layers.h"

// A layer's tensors and arrays, one entry for each out channel.
typedef struct wick_official_layer {
    wick_ir_value *input, *weight;
    const int32_t *bias, *multipliers, *shifts;
    bool is_depthwise; // weight [height, width, out], or with a 1 in front
} wick_official_layer;

// The result of a convolution, in the shape of the builder's node.
wick_status wick_official_build_conv(const wick_official *official,
                                     const wick_quant_conv_params *params,
                                     const wick_official_layer *layer, wick_ir_value **out);
// The result, of `type`, of a layer with one scale for all out channels: that of the first.
wick_ir_value *wick_official_build_linear(const wick_official *official,
                                          const wick_linear_s8_block *block,
                                          const wick_official_layer *layer,
                                          const wick_ir_type *type);

// Official paddings are alike at both ends: others become a tensor of their own around the input.
typedef struct wick_official_padding {
    bool is_explicit;
    int64_t behind[2]; // of height and width, if explicit
} wick_official_padding;

// False if windows at the end of the input are left out, which only a smaller input could say.
bool wick_official_padding_plan(const wick_quant_axis *height, const wick_quant_axis *width,
                                wick_official_padding *out);
// The image with `value` around it; the axes follow.
wick_ir_value *wick_official_pad_image(const wick_builder *builder, wick_ir_value *image,
                                       const wick_official_padding *padding,
                                       wick_quant_axis *height, wick_quant_axis *width,
                                       int64_t value);

// [height, width] as an argument.
wick_ir_arg wick_official_pair(const wick_builder *builder, int64_t height, int64_t width);

#endif
