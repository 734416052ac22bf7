// SPDX-License-Identifier: BSD-3-Clause
// Layers with weights: wick::conv2d_s8, depthwise_conv2d_s8, transpose_conv2d_s8, linear_s8. A
// residual becomes a quantized_add behind the layer, which is how it is defined.
#include "compiler/passes/official/official_layers.h"

static wick_official_layer layer_of(const wick_ir_node *node, size_t words, int32_t channels)
{
    const int32_t *block = (const void *)wick_argument_tensor(node, "block")->data;
    return (wick_official_layer){.input = wick_argument_tensor(node, "input"),
                                 .weight = wick_argument_tensor(node, "weight"),
                                 .bias = block + words,
                                 .multipliers = block + words + channels,
                                 .shifts = block + words + 2 * (ptrdiff_t)channels};
}

static const wick_conv2d_s8_block *conv_block(const wick_ir_node *node)
{
    return (const void *)wick_argument_tensor(node, "block")->data;
}

// The layer's result with the node's residual added takes the place of the node's.
static wick_status finish(const wick_official *official, wick_ir_value *result,
                          const wick_quant_residual *sum)
{
    const wick_builder *builder = &official->builder;
    wick_ir_value *residual = wick_argument_tensor(builder->node, "residual");
    if (residual != NULL) {
        result = wick_official_sum(builder, result, residual, sum);
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

// Of the official operator: dense and depthwise layers have other orders.
static wick_ir_value *conv_weight(const wick_builder *builder, const wick_quant_conv_params *p,
                                  const wick_official_layer *l, bool is_depthwise)
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

enum { MOST_ARGUMENTS = 16 };

// What the three convolutions have in common behind their lists: offsets, tables of scales, bounds.
static uint32_t put_numbers(const wick_builder *builder, const wick_quant_conv_params *p,
                            const wick_official_layer *l, wick_ir_arg *args)
{
    args[0] = wick_ir_arg_int(p->input_offset);
    args[1] = wick_ir_arg_int(p->range.offset);
    wick_official_scales(builder, l->multipliers, l->shifts, p->out_channels, args + 2);
    args[4] = wick_ir_arg_int(p->range.minimum);
    args[5] = wick_ir_arg_int(p->range.maximum);
    return 6;
}

static wick_ir_arg bias_of(const wick_builder *builder, const wick_official_layer *l, int64_t count)
{
    return wick_ir_arg_value(wick_official_channels(builder, "bias", l->bias, count));
}

// The convolution of an image, whose padding is alike at both ends.
static wick_status build_on_image(const wick_official *official, wick_ir_value *image,
                                  const wick_quant_conv_params *p, const wick_official_layer *l,
                                  wick_ir_value **out)
{
    const wick_builder *builder = &official->builder;
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(p);
    // Their kernel takes one image, and with vectors it fails for one channel and a stride.
    const bool is_depthwise = l->is_depthwise && p->batch == 1 && p->in_channels > 1;
    const int64_t scratch_bytes = is_depthwise
                                      ? wick_cmsis_nn_depthwise_scratch(official->set, &conv)
                                      : wick_cmsis_nn_conv_scratch(official->set, &conv);
    wick_ir_value *scratch;
    WICK_TRY(wick_official_scratch(official, scratch_bytes, &scratch));
    wick_ir_arg args[MOST_ARGUMENTS] = {
        wick_ir_arg_value(image),
        wick_ir_arg_value(conv_weight(builder, p, l, is_depthwise)),
        bias_of(builder, l, p->out_channels),
        wick_official_pair(builder, p->height.stride, p->width.stride),
        wick_official_pair(builder, p->height.padding, p->width.padding),
        wick_official_pair(builder, p->height.dilation, p->width.dilation)};
    uint32_t count = 6;
    if (is_depthwise) {
        args[count++] = wick_ir_arg_int(p->out_channels / p->in_channels);
    }
    count += put_numbers(builder, p, l, args + count);
    args[count++] = wick_ir_arg_value(scratch);
    const wick_ir_type type =
        wick_official_image_type(p->batch, p->out_channels, p->height.out, p->width.out);
    *out = wick_build(builder,
                      is_depthwise ? "cortex_m::quantized_depthwise_conv2d"
                                   : "cortex_m::quantized_conv2d",
                      &type, args, count);
    return WICK_OK;
}

// Rows and columns change places: the bytes are the same.
static wick_ir_value *turn(const wick_builder *builder, wick_ir_value *input,
                           wick_quant_conv_params *p)
{
    const wick_quant_axis height = p->height;
    p->height = p->width;
    p->width = height;
    const int64_t sizes[4] = {p->batch, p->height.in, p->width.in, p->in_channels};
    return wick_build_view(builder, input, 4, sizes);
}

wick_status wick_official_build_conv(const wick_official *official,
                                     const wick_quant_conv_params *params,
                                     const wick_official_layer *layer, wick_ir_value **out)
{
    const wick_builder *builder = &official->builder;
    wick_quant_conv_params p = *params;
    wick_cmsis_nn_conv conv = cmsis_nn_conv_of(&p);
    wick_ir_value *input = layer->input;
    wick_official_padding padding;
    if (wick_cmsis_nn_refuses_row(official->set, &conv)) {
        input = turn(builder, input, &p);
        conv = cmsis_nn_conv_of(&p);
    }
    if (wick_cmsis_nn_refuses_row(official->set, &conv)) {
        return wick_official_refuse(official, "it pads an image of a single position unevenly");
    }
    if (!wick_official_padding_plan(&p.height, &p.width, &padding)) {
        return wick_official_refuse(official, "it leaves out windows at the end of its input");
    }
    wick_ir_value *image = wick_official_image(builder, input);
    if (padding.is_explicit) {
        image = wick_official_pad_image(builder, image, &padding, &p.height, &p.width,
                                        -(int64_t)p.input_offset);
    }
    WICK_TRY(build_on_image(official, image, &p, layer, out));
    *out = wick_official_from_image(builder, *out, &builder->node->outputs[0]->type);
    return WICK_OK;
}

static wick_status rewrite_conv(const wick_official *official, bool is_depthwise)
{
    const wick_ir_node *node = official->builder.node;
    const wick_conv2d_s8_block *block = conv_block(node);
    wick_official_layer layer =
        layer_of(node, WICK_QUANT_BIAS_AT(wick_conv2d_s8_block), block->params.out_channels);
    wick_ir_value *out;
    layer.is_depthwise = is_depthwise;
    WICK_TRY(wick_official_build_conv(official, &block->params, &layer, &out));
    return finish(official, out, &block->residual);
}

wick_status wick_official_conv2d(const wick_official *official)
{
    return rewrite_conv(official, false);
}

wick_status wick_official_depthwise_conv2d(const wick_official *official)
{
    return rewrite_conv(official, true);
}

// What CMSIS-NN's kernels do not know, as the exporter has it, or get wrong.
static const char *transposed_refusal(const wick_quant_conv_params *p)
{
    const wick_quant_axis *axes[2] = {&p->height, &p->width};
    for (uint32_t i = 0; i < 2; i++) {
        const int64_t plain_out = ((int64_t)axes[i]->in - 1) * axes[i]->stride -
                                  2 * (int64_t)axes[i]->padding + axes[i]->kernel;
        if (axes[i]->dilation != 1) {
            return "a transposed convolution has a dilation above 1";
        }
        if (axes[i]->out != plain_out) {
            return "a transposed convolution has an output padding";
        }
        if (axes[i]->padding >= axes[i]->kernel || axes[i]->stride > axes[i]->kernel) {
            return "a transposed convolution pads by its kernel's size, or strides over more";
        }
    }
    return p->groups != 1 ? "a transposed convolution has groups" : NULL;
}

static wick_status build_transposed(const wick_official *official, const wick_quant_conv_params *p,
                                    const wick_official_layer *l, wick_ir_value **out)
{
    const wick_builder *builder = &official->builder;
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(p);
    int64_t reversed_bytes;
    wick_ir_value *scratch;
    wick_ir_value *reversed;
    const int64_t scratch_bytes =
        wick_cmsis_nn_transpose_scratch(&conv, official->set, &reversed_bytes);
    WICK_TRY(wick_official_scratch(official, scratch_bytes, &scratch));
    WICK_TRY(wick_official_scratch(official, reversed_bytes, &reversed));
    wick_ir_arg args[MOST_ARGUMENTS] = {
        wick_ir_arg_value(wick_official_image(builder, l->input)),
        wick_ir_arg_value(l->weight),
        bias_of(builder, l, p->out_channels),
        wick_official_pair(builder, p->height.stride, p->width.stride),
        wick_official_pair(builder, p->height.padding, p->width.padding),
        wick_official_pair(builder, 0, 0), // output padding
        wick_official_pair(builder, 1, 1)};
    uint32_t count = 7;
    count += put_numbers(builder, p, l, args + count);
    args[count++] = wick_ir_arg_value(scratch);
    args[count++] = wick_ir_arg_value(reversed);
    const wick_ir_type type =
        wick_official_image_type(p->batch, p->out_channels, p->height.out, p->width.out);
    *out = wick_build(builder, "cortex_m::quantized_transpose_conv2d", &type, args, count);
    return WICK_OK;
}

// The rows that padding takes away are computed and cut off where the kernel cannot leave them out.
static wick_status build_cut(const wick_official *official, wick_quant_conv_params p,
                             const wick_official_layer *l, wick_ir_value **out)
{
    const wick_cmsis_nn_conv conv = cmsis_nn_conv_of(&p);
    const int64_t rows = p.height.out;
    const int32_t cut = wick_cmsis_nn_pads_rows(&conv) ? 0 : p.height.padding;
    p.height.padding -= cut;
    p.height.out += 2 * cut;
    WICK_TRY(build_transposed(official, &p, l, out));
    const wick_ir_type whole = wick_ir_type_tensor(
        WICK_INT8, 4, (int64_t[]){p.batch, p.height.out, p.width.out, p.out_channels});
    *out = wick_official_from_image(&official->builder, *out, &whole);
    *out = wick_build_slice(&official->builder, *out, 1, cut, cut + rows);
    return WICK_OK;
}

wick_status wick_official_transpose_conv2d(const wick_official *official)
{
    const wick_ir_node *node = official->builder.node;
    const wick_conv2d_s8_block *block = conv_block(node);
    const wick_official_layer layer =
        layer_of(node, WICK_QUANT_BIAS_AT(wick_conv2d_s8_block), block->params.out_channels);
    const char *reason = transposed_refusal(&block->params);
    wick_ir_value *out;
    if (reason != NULL) {
        return wick_official_refuse(official, reason);
    }
    WICK_TRY(build_cut(official, block->params, &layer, &out));
    return finish(official, out, &block->residual);
}

// bias + input_offset * sum of weights, modulo 2^32: with vectors CMSIS-NN takes that alone.
static wick_ir_arg kernel_sum(const wick_builder *builder, const wick_linear_s8_block *block,
                              const wick_official_layer *l)
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
    return wick_ir_arg_value(wick_ir_constant_create(builder->graph, "kernel_sum", &type, sums));
}

wick_ir_value *wick_official_build_linear(const wick_official *official,
                                          const wick_linear_s8_block *block,
                                          const wick_official_layer *layer,
                                          const wick_ir_type *type)
{
    const wick_builder *builder = &official->builder;
    const bool takes_sum = official->set == WICK_CMSIS_NN_MVE;
    const wick_quant_scale scale =
        wick_official_scale((wick_quant_scale){layer->multipliers[0], layer->shifts[0]});
    const int64_t multiplier = scale.multiplier;
    const int64_t shift = scale.shift;
    const wick_ir_arg args[] = {wick_ir_arg_value(layer->input),
                                wick_ir_arg_value(reshaped(builder, layer->weight, 2,
                                                           (int64_t[]){block->cols, block->depth})),
                                takes_sum ? wick_ir_arg_none()
                                          : bias_of(builder, layer, block->cols),
                                takes_sum ? kernel_sum(builder, block, layer) : wick_ir_arg_none(),
                                wick_ir_arg_int(block->input_offset),
                                wick_ir_arg_int(0), // of the weights
                                wick_ir_arg_int(block->range.offset),
                                wick_ir_arg_ints(builder->graph, &multiplier, 1),
                                wick_ir_arg_ints(builder->graph, &shift, 1),
                                wick_ir_arg_int(block->range.maximum),
                                wick_ir_arg_int(block->range.minimum)};
    return wick_build(builder, "cortex_m::quantized_linear", type, args,
                      sizeof args / sizeof args[0]);
}

static bool is_per_tensor(const wick_linear_s8_block *block, const wick_official_layer *l)
{
    for (int32_t c = 1; c < block->cols; c++) {
        if (l->multipliers[c] != l->multipliers[0] || l->shifts[c] != l->shifts[0]) {
            return false;
        }
    }
    return true;
}

static wick_quant_axis single_step(int32_t size)
{
    return (wick_quant_axis){.in = size, .out = size, .kernel = 1, .stride = 1, .dilation = 1};
}

// The official operator has one scale for all: a layer with one for each channel becomes a
// convolution of a single tap over an image of one column.
static wick_status build_pointwise(const wick_official *official, const wick_linear_s8_block *block,
                                   const wick_official_layer *layer, wick_ir_value **out)
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
    wick_official_layer column = *layer;
    column.input = wick_build_view(builder, layer->input, 4, sizes);
    return wick_official_build_conv(official, &p, &column, out);
}

wick_status wick_official_linear(const wick_official *official)
{
    const wick_ir_node *node = official->builder.node;
    const wick_linear_s8_block *block = (const void *)wick_argument_tensor(node, "block")->data;
    const wick_official_layer layer =
        layer_of(node, WICK_QUANT_BIAS_AT(wick_linear_s8_block), block->cols);
    wick_ir_value *out;
    if (is_per_tensor(block, &layer)) {
        out = wick_official_build_linear(official, block, &layer, &node->outputs[0]->type);
    } else {
        WICK_TRY(build_pointwise(official, block, &layer, &out));
    }
    return finish(official, out, &block->residual);
}
