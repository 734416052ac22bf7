// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/official/official_layers.h"

// Positions that windows reach behind the input; negative if its end is not read.
static int64_t reach_behind(const wick_quant_axis *axis)
{
    return ((int64_t)axis->out - 1) * axis->stride + ((int64_t)axis->kernel - 1) * axis->dilation +
           1 - axis->in - axis->padding;
}

// Windows that fit, as the official operators count them.
static int64_t windows(const wick_quant_axis *axis, int64_t padding_in_all)
{
    return (axis->in + padding_in_all - ((int64_t)axis->kernel - 1) * axis->dilation - 1) /
               axis->stride +
           1;
}

bool wick_official_padding_plan(const wick_quant_axis *height, const wick_quant_axis *width,
                                wick_official_padding *out)
{
    const wick_quant_axis *axes[2] = {height, width};
    *out = (wick_official_padding){false, {0, 0}};
    bool fits = true;
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t reach = reach_behind(axes[i]);
        out->behind[i] = reach > 0 ? reach : 0;
        out->is_explicit =
            out->is_explicit || windows(axes[i], 2 * (int64_t)axes[i]->padding) != axes[i]->out;
        fits = fits && windows(axes[i], axes[i]->padding + out->behind[i]) == axes[i]->out;
    }
    return fits || !out->is_explicit;
}

wick_ir_value *wick_official_pad_image(const wick_builder *builder, wick_ir_value *image,
                                       const wick_official_padding *padding,
                                       wick_quant_axis *height, wick_quant_axis *width,
                                       int64_t value)
{
    const int64_t *sizes = image->type.sizes;
    const int64_t before[4] = {0, height->padding, width->padding, 0}; // in the order of memory
    const int64_t behind[4] = {0, padding->behind[0], padding->behind[1], 0};
    const wick_ir_arg args[] = {
        wick_ir_arg_value(image), wick_ir_arg_ints(builder->graph, before, 4),
        wick_ir_arg_ints(builder->graph, behind, 4), wick_ir_arg_int(value)};
    height->in += (int32_t)(before[1] + behind[1]);
    width->in += (int32_t)(before[2] + behind[2]);
    height->padding = width->padding = 0;
    const wick_ir_type type = wick_official_image_type(sizes[0], sizes[1], height->in, width->in);
    return wick_build(builder, "cortex_m::pad", &type, args, 4);
}

wick_ir_arg wick_official_pair(const wick_builder *builder, int64_t height, int64_t width)
{
    const int64_t both[2] = {height, width};
    return wick_ir_arg_ints(builder->graph, both, 2);
}
