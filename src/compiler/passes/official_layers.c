// SPDX-License-Identifier: BSD-3-Clause
// Layers with weights: wick::conv2d_s8, depthwise_conv2d_s8, transpose_conv2d_s8, linear_s8. A
// residual becomes a quantized_add behind the layer, which is how it is defined.
#include "compiler/passes/official_operators.h"
#include "ops/quant_layers.h"

// A layer's numbers, as tensors and lists of the official operator.
typedef struct layer {
    wick_ir_value *input, *weight, *residual;
    const int32_t *bias, *multipliers, *shifts;
    bool is_depthwise;
} layer;

static layer layer_of(const wick_ir_node *node, size_t words, int32_t channels)
{
    const int32_t *block = (const void *)wick_argument_tensor(node, "block")->data;
    return (layer){.input = wick_argument_tensor(node, "input"),
                   .weight = wick_argument_tensor(node, "weight"),
                   .residual = wick_argument_tensor(node, "residual"),
                   .bias = block + words,
                   .multipliers = block + words + channels,
                   .shifts = block + words + 2 * (ptrdiff_t)channels};
}

static const wick_conv2d_s8_block *conv_block(const wick_ir_node *node)
{
    return (const void *)wick_argument_tensor(node, "block")->data;
}

// The layer's result with its residual added takes the place of the node's.
static wick_status finish(const wick_official *official, wick_ir_value *result, const layer *l,
                          const wick_quant_residual *residual)
{
    const wick_builder *builder = &official->builder;
    if (l->residual != NULL) {
        result = wick_official_sum(builder, result, l->residual, residual);
    }
    wick_replace(builder, 0, result);
    return WICK_OK;
}

static wick_cmsis_nn_axis cmsis_nn_axis_of(const wick_quant_axis *axis)
{
    return (wick_cmsis_nn_axis){axis->in,     axis->out,     axis->kernel,
                                axis->stride, axis->padding, axis->dilation};
}

static wick_cmsis_nn_conv cmsis_nn_conv_of(const wick_quant_conv_params *p)
{
    return (wick_cmsis_nn_conv){.batch = p->batch,
                                .in_channels = p->in_channels,
                                .out_channels = p->out_channels,
                                .filter_channels = p->in_channels / p->groups,
                                .height = cmsis_nn_axis_of(&p->height),
                                .width = cmsis_nn_axis_of(&p->width)};
}

// Positions that windows reach behind the input; negative if its end is not read.
static int64_t reach_behind(const wick_quant_axis *axis)
{
    return ((int64_t)axis->out - 1) * axis->stride + ((int64_t)axis->kernel - 1) * axis->dilation +
           1 - axis->in - axis->padding;
}

// Windows that fit where both ends have this padding, as the official operators count them.
static int64_t windows(const wick_quant_axis *axis, int64_t padding_in_all)
{
    return (axis->in + padding_in_all - ((int64_t)axis->kernel - 1) * axis->dilation - 1) /
               axis->stride +
           1;
}

// Official paddings are alike at both ends: others become a tensor of their own around the input.
typedef struct padding_plan {
    bool is_explicit;
    int64_t behind[2]; // of height and width, if explicit
} padding_plan;

static bool plan_padding(const wick_quant_conv_params *p, padding_plan *plan)
{
    const wick_quant_axis *axes[2] = {&p->height, &p->width};
    *plan = (padding_plan){false, {0, 0}};
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t reach = reach_behind(axes[i]);
        plan->behind[i] = reach > 0 ? reach : 0;
        plan->is_explicit =
            plan->is_explicit || windows(axes[i], 2 * (int64_t)axes[i]->padding) != axes[i]->out;
    }
    for (uint32_t i = 0; i < 2 && plan->is_explicit; i++) {
        if (windows(axes[i], axes[i]->padding + plan->behind[i]) != axes[i]->out) {
            return false;
        }
    }
    return true;
}

// [batch, channels, height, width] with zero points around it; *p follows.
static wick_ir_value *pad_image(const wick_builder *builder, wick_ir_value *image,
                                const padding_plan *plan, wick_quant_conv_params *p)
{
    const int64_t before[4] = {0, p->height.padding, p->width.padding, 0}; // in memory order
    const int64_t behind[4] = {0, plan->behind[0], plan->behind[1], 0};
    const wick_ir_arg args[] = {
        wick_ir_arg_value(image), wick_ir_arg_ints(builder->graph, before, 4),
        wick_ir_arg_ints(builder->graph, behind, 4), wick_ir_arg_int(-(int64_t)p->input_offset)};
    p->height.in += (int32_t)(before[1] + behind[1]);
    p->width.in += (int32_t)(before[2] + behind[2]);
    p->height.padding = p->width.padding = 0;
    const wick_ir_type type =
        wick_official_image_type(p->batch, p->in_channels, p->height.in, p->width.in);
    return wick_build(builder, "cortex_m::pad", &type, args, 4);
}

static wick_ir_arg pair(const wick_builder *builder, int64_t height, int64_t width)
{
    const int64_t both[2] = {height, width};
    return wick_ir_arg_ints(builder->graph, both, 2);
}

// A constant with the same bytes.
static wick_ir_value *reshaped(const wick_builder *builder, const wick_ir_value *weight,
                               uint32_t rank, const int64_t *sizes)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, rank, sizes);
    return wick_ir_constant_create(builder->graph, weight->name, &type, weight->data);
}

// [height, width, out] as [out, height, width, 1].
static wick_ir_value *dense_from_depthwise(const wick_builder *builder, const wick_ir_value *weight,
                                           const wick_quant_conv_params *p)
{
    const int64_t sizes[4] = {p->out_channels, p->height.kernel, p->width.kernel, 1};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, 4, sizes);
    const size_t window = (size_t)sizes[1] * (size_t)sizes[2];
    uint8_t *data = wick_arena_alloc(builder->graph->arena, 1, wick_ir_type_size_bytes(&type));
    for (size_t c = 0; c < (size_t)sizes[0]; c++) {
        for (size_t i = 0; i < window; i++) {
            data[c * window + i] = weight->data[i * (size_t)sizes[0] + c];
        }
    }
    return wick_ir_constant_create(builder->graph, weight->name, &type, data);
}

// What the three convolutions have in common behind their lists: offsets, tables of scales, bounds.
static uint32_t put_numbers(const wick_builder *builder, const wick_quant_conv_params *p,
                            const layer *l, wick_ir_arg *args)
{
    const int64_t count = p->out_channels;
    args[0] = wick_ir_arg_int(p->input_offset);
    args[1] = wick_ir_arg_int(p->range.offset);
    args[2] =
        wick_ir_arg_value(wick_official_channels(builder, "multipliers", l->multipliers, count));
    args[3] = wick_ir_arg_value(wick_official_channels(builder, "shifts", l->shifts, count));
    args[4] = wick_ir_arg_int(p->range.minimum);
    args[5] = wick_ir_arg_int(p->range.maximum);
    return 6;
}

static wick_ir_type out_type(const wick_quant_conv_params *p)
{
    return wick_official_image_type(p->batch, p->out_channels, p->height.out, p->width.out);
}

enum { MOST_ARGUMENTS = 16 };

// Of the official operator: dense and depthwise layers have other orders.
static wick_ir_value *conv_weight(const wick_builder *builder, const wick_quant_conv_params *p,
                                  const layer *l, bool is_depthwise)
{
    const int64_t kernel[2] = {p->height.kernel, p->width.kernel};
    if (is_depthwise) {
        return reshaped(builder, l->weight, 4,
                        (int64_t[]){1, kernel[0], kernel[1], p->out_channels});
    }
    if (l->is_depthwise) {
        return dense_from_depthwise(builder, l->weight, p);
    }
    return reshaped(builder, l->weight, 4,
                    (int64_t[]){p->out_channels, kernel[0], kernel[1], p->in_channels / p->groups});
}

static wick_status build_conv(const wick_official *official, wick_ir_value *image,
                              const wick_quant_conv_params *p, const layer *l, wick_ir_value **out)
{
    const wick_builder *builder = &official->builder;
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(p);
    const bool is_depthwise = l->is_depthwise && p->batch == 1; // their kernel takes one image
    const int64_t scratch_bytes = is_depthwise
                                      ? wick_cmsis_nn_depthwise_scratch(official->set, &conv)
                                      : wick_cmsis_nn_conv_scratch(official->set, &conv);
    wick_ir_value *scratch;
    WICK_TRY(wick_official_scratch(official, scratch_bytes, &scratch));
    wick_ir_arg args[MOST_ARGUMENTS] = {
        wick_ir_arg_value(image),
        wick_ir_arg_value(conv_weight(builder, p, l, is_depthwise)),
        wick_ir_arg_value(wick_official_channels(builder, "bias", l->bias, p->out_channels)),
        pair(builder, p->height.stride, p->width.stride),
        pair(builder, p->height.padding, p->width.padding),
        pair(builder, p->height.dilation, p->width.dilation)};
    uint32_t count = 6;
    if (is_depthwise) {
        args[count++] = wick_ir_arg_int(p->out_channels / p->in_channels);
    }
    count += put_numbers(builder, p, l, args + count);
    args[count++] = wick_ir_arg_value(scratch);
    const wick_ir_type type = out_type(p);
    *out = wick_build(builder,
                      is_depthwise ? "cortex_m::quantized_depthwise_conv2d"
                                   : "cortex_m::quantized_conv2d",
                      &type, args, count);
    return WICK_OK;
}

// Rows and columns change places where one image row would be refused: the bytes are the same.
static wick_ir_value *turn_row(const wick_builder *builder, wick_ir_value *input,
                               wick_quant_conv_params *p)
{
    const wick_quant_axis height = p->height;
    p->height = p->width;
    p->width = height;
    const int64_t sizes[4] = {p->batch, p->height.in, p->width.in, p->in_channels};
    return wick_build_view(builder, input, 4, sizes);
}

static wick_status rewrite_conv(const wick_official *official, bool is_depthwise)
{
    const wick_builder *builder = &official->builder;
    const wick_conv2d_s8_block *block = conv_block(builder->node);
    wick_quant_conv_params p = block->params;
    layer l = layer_of(builder->node, WICK_QUANT_BIAS_AT(wick_conv2d_s8_block), p.out_channels);
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(&p);
    wick_ir_value *input = l.input;
    wick_ir_value *out;
    padding_plan plan;
    l.is_depthwise = is_depthwise;
    if (wick_cmsis_nn_refuses_row(official->set, &conv)) {
        input = turn_row(builder, input, &p);
    }
    if (!plan_padding(&p, &plan)) {
        return wick_official_refuse(official, "it leaves out windows at the end of its input");
    }
    wick_ir_value *image = wick_official_image(builder, input);
    if (plan.is_explicit) {
        image = pad_image(builder, image, &plan, &p);
    }
    WICK_TRY(build_conv(official, image, &p, &l, &out));
    out = wick_official_from_image(builder, out, &builder->node->outputs[0]->type);
    return finish(official, out, &l, &block->residual);
}

wick_status wick_official_conv2d(const wick_official *official)
{
    return rewrite_conv(official, false);
}

wick_status wick_official_depthwise_conv2d(const wick_official *official)
{
    return rewrite_conv(official, true);
}

// What CMSIS-NN's kernel does not know, as the exporter has it.
static const char *transposed_refusal(const wick_quant_conv_params *p, int64_t output_padding[2])
{
    const wick_quant_axis *axes[2] = {&p->height, &p->width};
    for (uint32_t i = 0; i < 2; i++) {
        output_padding[i] = axes[i]->out - (((int64_t)axes[i]->in - 1) * axes[i]->stride -
                                            2 * (int64_t)axes[i]->padding + axes[i]->kernel);
        if (axes[i]->dilation != 1) {
            return "a transposed convolution has a dilation above 1";
        }
        if (output_padding[i] != 0) {
            return "a transposed convolution has an output padding";
        }
    }
    return p->groups != 1 ? "a transposed convolution has groups" : NULL;
}

wick_status wick_official_transpose_conv2d(const wick_official *official)
{
    const wick_builder *builder = &official->builder;
    const wick_conv2d_s8_block *block = conv_block(builder->node);
    const wick_quant_conv_params *p = &block->params;
    const layer l =
        layer_of(builder->node, WICK_QUANT_BIAS_AT(wick_conv2d_s8_block), p->out_channels);
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(p);
    int64_t output_padding[2];
    int64_t reversed_bytes;
    wick_ir_value *scratch;
    wick_ir_value *reversed;
    const char *reason = transposed_refusal(p, output_padding);
    if (reason != NULL) {
        return wick_official_refuse(official, reason);
    }
    const int64_t scratch_bytes =
        wick_cmsis_nn_transpose_scratch(&conv, official->set, &reversed_bytes);
    WICK_TRY(wick_official_scratch(official, scratch_bytes, &scratch));
    WICK_TRY(wick_official_scratch(official, reversed_bytes, &reversed));
    wick_ir_arg args[MOST_ARGUMENTS] = {
        wick_ir_arg_value(wick_official_image(builder, l.input)),
        wick_ir_arg_value(l.weight),
        wick_ir_arg_value(wick_official_channels(builder, "bias", l.bias, p->out_channels)),
        pair(builder, p->height.stride, p->width.stride),
        pair(builder, p->height.padding, p->width.padding),
        pair(builder, output_padding[0], output_padding[1]),
        pair(builder, p->height.dilation, p->width.dilation)};
    uint32_t count = 7;
    count += put_numbers(builder, p, &l, args + count);
    args[count++] = wick_ir_arg_value(scratch);
    args[count++] = wick_ir_arg_value(reversed);
    const wick_ir_type type = out_type(p);
    wick_ir_value *out =
        wick_build(builder, "cortex_m::quantized_transpose_conv2d", &type, args, count);
    return finish(official,
                  wick_official_from_image(builder, out, &builder->node->outputs[0]->type), &l,
                  &block->residual);
}

static bool is_per_tensor(const wick_linear_s8_block *block, const layer *l)
{
    for (int32_t c = 1; c < block->cols; c++) {
        if (l->multipliers[c] != l->multipliers[0] || l->shifts[c] != l->shifts[0]) {
            return false;
        }
    }
    return true;
}

// bias + input_offset * sum of weights, modulo 2^32: with vectors CMSIS-NN takes that alone.
static wick_ir_value *kernel_sum(const wick_builder *builder, const wick_linear_s8_block *block,
                                 const layer *l)
{
    const int64_t sizes[2] = {1, block->cols};
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT32, 2, sizes);
    int32_t *sums = wick_arena_alloc(builder->graph->arena, (size_t)block->cols, sizeof *sums);
    const int8_t *weight = (const int8_t *)l->weight->data;
    for (int32_t c = 0; c < block->cols; c++) {
        uint32_t sum = 0;
        for (int32_t i = 0; i < block->depth; i++) {
            sum += (uint32_t)*weight++;
        }
        sums[c] = (int32_t)((uint32_t)l->bias[c] + sum * (uint32_t)block->input_offset);
    }
    return wick_ir_constant_create(builder->graph, "kernel_sum", &type, sums);
}

static wick_ir_value *build_linear(const wick_official *official, const wick_linear_s8_block *block,
                                   const layer *l)
{
    const wick_builder *builder = &official->builder;
    const bool takes_sum = official->set == WICK_CMSIS_NN_MVE;
    const int64_t sizes[2] = {block->cols, block->depth};
    const int64_t multiplier = l->multipliers[0];
    const int64_t shift = l->shifts[0];
    const wick_ir_arg args[] = {
        wick_ir_arg_value(l->input),
        wick_ir_arg_value(reshaped(builder, l->weight, 2, sizes)),
        takes_sum ? wick_ir_arg_none()
                  : wick_ir_arg_value(wick_official_channels(builder, "bias", l->bias, sizes[0])),
        takes_sum ? wick_ir_arg_value(kernel_sum(builder, block, l)) : wick_ir_arg_none(),
        wick_ir_arg_int(block->input_offset),
        wick_ir_arg_int(0),
        wick_ir_arg_int(block->range.offset),
        wick_ir_arg_ints(builder->graph, &multiplier, 1),
        wick_ir_arg_ints(builder->graph, &shift, 1),
        wick_ir_arg_int(block->range.maximum),
        wick_ir_arg_int(block->range.minimum)};
    return wick_build(builder, "cortex_m::quantized_linear", &builder->node->outputs[0]->type, args,
                      sizeof args / sizeof args[0]);
}

static wick_quant_axis single_step(int32_t size)
{
    return (wick_quant_axis){
        .in = size, .out = size, .kernel = 1, .stride = 1, .padding = 0, .dilation = 1};
}

// The official operator has one scale for all: a layer with one for each channel becomes a
// convolution of a single tap over an image of one column.
static wick_status build_pointwise(const wick_official *official, const wick_linear_s8_block *block,
                                   const layer *l, wick_ir_value **out)
{
    const wick_builder *builder = &official->builder;
    const wick_quant_conv_params p = {.batch = 1,
                                      .groups = 1,
                                      .in_channels = block->depth,
                                      .out_channels = block->cols,
                                      .height = single_step(block->rows),
                                      .width = single_step(1),
                                      .input_offset = block->input_offset,
                                      .range = block->range};
    const int64_t sizes[4] = {1, block->rows, 1, block->depth};
    wick_ir_value *image =
        wick_official_image(builder, wick_build_view(builder, l->input, 4, sizes));
    WICK_TRY(build_conv(official, image, &p, l, out));
    *out = wick_official_from_image(builder, *out, &builder->node->outputs[0]->type);
    return WICK_OK;
}

wick_status wick_official_linear(const wick_official *official)
{
    const wick_linear_s8_block *block =
        (const void *)wick_argument_tensor(official->builder.node, "block")->data;
    const layer l =
        layer_of(official->builder.node, WICK_QUANT_BIAS_AT(wick_linear_s8_block), block->cols);
    wick_ir_value *out;
    if (is_per_tensor(block, &l)) {
        out = build_linear(official, block, &l);
    } else {
        WICK_TRY(build_pointwise(official, block, &l, &out));
    }
    return finish(official, out, &l, &block->residual);
}
