// SPDX-License-Identifier: BSD-3-Clause
// Layers with weights: convolutions of one and two dimensions, linear. The numbers of a layer are
// computed here, in double: bias in steps of input * weight, a multiplier for each out channel.
#include "compiler/passes/constant.h"
#include "compiler/passes/quantized/lower_quantized.h"
#include "compiler/quant_blocks/scale.h"
#include "compiler/quant_blocks/weights.h"
#include "ops/quant/quant_layers.h"

#include <math.h>
#include <string.h>

static const char *const not_quantized = "its input is not quantized to int8 per tensor";
static const char *const no_weight =
    "its weights are no constant int8 with zero points of 0, quantized per tensor or out channel";
static const char *const no_bias = "its bias is neither constant nor as long as its out channels";

// A layer as numbers. Weights as the kernel wants them.
enum { WIDE_SHIFT_MAX = 7, WIDE_TERMS_MAX = 1 << 22 };

typedef struct layer {
    wick_quantized input;
    wick_quantized_weight weight;
    const int8_t *kernel; // [taps, out] with per_channel_last, else [out, taps]
    size_t kernel_bytes;
    int32_t out_channels;
    bool channels_last;    // of the kernel: a depthwise one
    uint32_t scale_period; // out channel c has scale c % scale_period
    const double *bias;    // reals
    int32_t *numbers;      // bias, multipliers, shifts
} layer;

static int8_t kernel_at(const layer *l, size_t channel, size_t tap)
{
    const size_t taps = l->kernel_bytes / (size_t)l->out_channels;
    return l->channels_last ? l->kernel[tap * (size_t)l->out_channels + channel]
                            : l->kernel[channel * taps + tap];
}

// Sum of the weights' sizes of an out channel: what multiplies the largest input.
static int64_t weight_sum(const layer *l, size_t channel)
{
    const size_t taps = l->kernel_bytes / (size_t)l->out_channels;
    int64_t sum = 0;
    for (size_t i = 0; i < taps; i++) {
        const int64_t w = kernel_at(l, channel, i);
        sum += w < 0 ? -w : w;
    }
    return sum;
}

// Largest distance of an input step from its zero point.
static int64_t input_reach(const layer *l)
{
    const int32_t zero = l->input.steps.zero_point;
    return zero - INT8_MIN > INT8_MAX - zero ? zero - INT8_MIN : INT8_MAX - zero;
}

// Bias, multiplier and shift of one out channel; false if int32 cannot hold them or the sum. A
// channel without weights gives its bias, so that any scale would do: that of the result.
static bool set_channel(const wick_lowering *lowering, const layer *l, size_t channel)
{
    const double weight_scale = wick_quantized_weight_scale(&l->weight, channel % l->scale_period);
    const int64_t weights = weight_sum(l, channel);
    const double step = weights == 0 ? lowering->out.scale : l->input.steps.scale * weight_scale;
    const double bias = l->bias != NULL ? rint(l->bias[channel] / step) : 0;
    const bool is_wide = lowering->dtype == WICK_INT16; // its sums have 64 bits
    const double sum = is_wide ? 0 : (double)(weights * input_reach(l));
    wick_quant_scale scale;
    if (!wick_quant_scale_from_real(step / lowering->out.scale, &scale) ||
        !(fabs(bias) + sum <= INT32_MAX) || (is_wide && scale.shift > WIDE_SHIFT_MAX)) {
        return false;
    }
    const size_t count = (size_t)l->out_channels;
    l->numbers[channel] = (int32_t)bias;
    l->numbers[count + channel] = scale.multiplier;
    l->numbers[2 * count + channel] = scale.shift;
    return true;
}

static bool set_numbers(const wick_lowering *lowering, layer *l)
{
    const size_t count = (size_t)l->out_channels;
    l->numbers = wick_arena_alloc(lowering->builder.graph->arena, 3 * count, sizeof(int32_t));
    for (size_t c = 0; c < count; c++) {
        if (!set_channel(lowering, l, c)) {
            return false;
        }
    }
    return true;
}

// The numbers of a layer; false with a reason.
static bool read_bias(wick_lowering *lowering, layer *l)
{
    wick_arena *arena = lowering->builder.graph->arena;
    const wick_ir_node *node = lowering->builder.node;
    const wick_ir_value *bias =
        wick_argument_tensor(node, wick_node_is(node, "aten::addmm") ? "self" : "bias");
    if (bias != NULL) {
        l->bias = wick_quantized_bias_read(arena, bias, (size_t)l->out_channels);
    }
    const size_t terms = l->kernel_bytes / (size_t)l->out_channels;
    if (l->input.value->type.dtype != lowering->dtype) {
        lowering->reason = "its input and its result differ in width";
    } else if (lowering->dtype == WICK_INT16 && terms > WIDE_TERMS_MAX) {
        lowering->reason = "its sums have too many terms";
    } else if (bias != NULL && l->bias == NULL) {
        lowering->reason = no_bias;
    } else if (!set_numbers(lowering, l)) {
        lowering->reason = "its sums or scales do not fit 32 bits";
    } else {
        return true;
    }
    return false;
}

// struct of `words` int32, then the numbers of the channels.
static wick_ir_value *build_block(const wick_lowering *lowering, const layer *l, const void *head,
                                  size_t head_bytes)
{
    const size_t tail_bytes = 3 * (size_t)l->out_channels * sizeof(int32_t);
    uint8_t *block = wick_arena_alloc(lowering->builder.graph->arena, 1, head_bytes + tail_bytes);
    memcpy(block, head, head_bytes);
    memcpy(block + head_bytes, l->numbers, tail_bytes);
    return wick_lower_constant(&lowering->builder, "block", WICK_INT32,
                               (head_bytes + tail_bytes) / sizeof(int32_t), block);
}

static wick_ir_value *build_layer(const wick_lowering *lowering, const char *op_name,
                                  const wick_ir_type *type, wick_ir_value *const *operands)
{
    const wick_ir_arg args[] = {wick_ir_arg_value(operands[0]), wick_ir_arg_value(operands[1]),
                                wick_ir_arg_none(), wick_ir_arg_value(operands[2])};
    return wick_build(&lowering->builder, op_name, type, args, 4);
}

static wick_ir_value *build_weight(const wick_lowering *lowering, const layer *l, uint32_t rank,
                                   const int64_t *sizes)
{
    const wick_ir_type type = wick_ir_type_tensor(WICK_INT8, rank, sizes);
    return wick_ir_constant_create(lowering->builder.graph, "weight", &type, l->kernel);
}

// The weights in half the bytes; NULL if the layer has others.
static wick_ir_value *pack_weight(const wick_lowering *lowering, const layer *l, int32_t depth)
{
    const int64_t sizes[] = {l->out_channels, (depth + 1) / 2};
    const wick_ir_type type = wick_ir_type_tensor(WICK_UINT8, 2, sizes);
    uint8_t *packed =
        wick_arena_alloc(lowering->builder.graph->arena, wick_ir_type_count(&type), 1);
    if (!l->weight.has_4_bits || lowering->dtype != WICK_INT8 ||
        lowering->builder.context->official_operators ||
        !wick_quant_pack_w4(l->out_channels, depth, l->kernel, packed)) {
        return NULL;
    }
    return wick_ir_constant_create(lowering->builder.graph, "weight", &type, packed);
}

// Rows of `depth` elements to rows of `cols`.
static wick_ir_value *build_linear(const wick_lowering *lowering, const layer *l,
                                   wick_ir_value *input)
{
    wick_ir_type type = input->type;
    const int32_t depth = (int32_t)type.sizes[type.rank - 1];
    const size_t rows = depth > 0 ? wick_ir_type_count(&input->type) / (size_t)depth : 0;
    type.sizes[type.rank - 1] = l->out_channels;
    const wick_linear_s8_w4_block head = {
        .layer = {.rows = (int32_t)rows,
                  .depth = depth,
                  .cols = l->out_channels,
                  .input_offset = -l->input.steps.zero_point,
                  .range = lowering->range},
        .groups = 1,
    };
    const int64_t sizes[] = {l->out_channels, depth};
    wick_ir_value *packed = pack_weight(lowering, l, depth);
    wick_ir_value *operands[] = {
        input, packed != NULL ? packed : build_weight(lowering, l, 2, sizes),
        build_block(lowering, l, &head, packed != NULL ? sizeof head : sizeof head.layer)};
    return build_layer(lowering,
                       packed != NULL                  ? "wick::linear_s8_w4"
                       : lowering->dtype == WICK_INT16 ? "wick::linear_s16"
                                                       : "wick::linear_s8",
                       &type, operands);
}

// aten::linear has weights [out, in]; addmm and mm have [in, out].
static const int8_t *linear_kernel(wick_arena *arena, const wick_quantized_weight *weight,
                                   bool is_transposed)
{
    const int8_t *from = (const int8_t *)weight->value->data;
    const size_t rows = (size_t)weight->value->type.sizes[0];
    const size_t cols = (size_t)weight->value->type.sizes[1];
    if (!is_transposed) {
        return from;
    }
    int8_t *kernel = wick_arena_alloc(arena, rows, cols);
    for (size_t i = 0; i < rows; i++) {
        for (size_t j = 0; j < cols; j++) {
            kernel[j * rows + i] = from[i * cols + j];
        }
    }
    return kernel;
}

static bool is_plain_product(const wick_ir_node *node)
{
    double alpha = 1;
    double beta = 1;
    wick_argument_number(wick_argument(node, "alpha"), &alpha);
    wick_argument_number(wick_argument(node, "beta"), &beta);
    return alpha == 1 && beta == 1;
}

wick_ir_value *wick_lower_linear(wick_lowering *lowering)
{
    const wick_ir_node *node = lowering->builder.node;
    const bool is_linear = wick_node_is(node, "aten::linear");
    const bool is_addmm = wick_node_is(node, "aten::addmm");
    layer l = {0};
    if (!wick_quantized_read(wick_argument_tensor_at(node, is_addmm ? 1 : 0), &l.input)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    const uint32_t out_axis = is_linear ? 0 : 1;
    const bool has_weight =
        wick_quantized_weight_read(wick_argument_tensor_at(node, is_addmm ? 2 : 1), &l.weight);
    if (!has_weight || l.weight.value->type.rank != 2 || !is_plain_product(node) ||
        (l.weight.scales != NULL && l.weight.axis != out_axis) ||
        wick_ir_type_count(&l.weight.value->type) == 0) {
        return wick_lower_refuse(lowering, no_weight);
    }
    const wick_ir_type *in = &l.input.value->type;
    const int64_t depth = l.weight.value->type.sizes[1 - out_axis];
    if (in->rank == 0 || in->sizes[in->rank - 1] != depth || depth > INT32_MAX ||
        l.weight.value->type.sizes[out_axis] > INT32_MAX) {
        return wick_lower_refuse(lowering, no_weight);
    }
    l.out_channels = (int32_t)l.weight.value->type.sizes[out_axis];
    l.scale_period = (uint32_t)l.out_channels;
    l.kernel_bytes = wick_ir_type_count(&l.weight.value->type);
    l.kernel = linear_kernel(lowering->builder.graph->arena, &l.weight, !is_linear);
    return read_bias(lowering, &l) ? build_linear(lowering, &l, l.input.value) : NULL;
}

// aten::convolution with one or two spatial dimensions; one is a row of height 1.
typedef struct convolution {
    layer layer;
    wick_conv2d_s8_block head;
    uint32_t spatial;
    bool is_transposed;
    bool is_depthwise;
} convolution;

enum { HEIGHT, WIDTH, AXES };

// Two numbers of an argument for height and width.
static bool read_axes(const wick_ir_node *node, const char *name, uint32_t spatial, int64_t fill,
                      int64_t *out)
{
    out[HEIGHT] = fill;
    return wick_argument_ints(node, name, spatial, out + AXES - spatial);
}

static bool set_axes(convolution *c, const wick_ir_node *node)
{
    const wick_ir_type *in = &c->layer.input.value->type;
    const wick_ir_type *out = &node->outputs[0]->type;
    const wick_ir_type *weight = &c->layer.weight.value->type;
    wick_quant_axis *axes[] = {&c->head.params.height, &c->head.params.width};
    int64_t stride[AXES];
    int64_t padding[AXES];
    int64_t dilation[AXES];
    if (!read_axes(node, "stride", c->spatial, 1, stride) ||
        !read_axes(node, "padding", c->spatial, 0, padding) ||
        !read_axes(node, "dilation", c->spatial, 1, dilation)) {
        return false;
    }
    for (uint32_t i = 0; i < AXES; i++) {
        const bool is_flat = i + c->spatial < AXES; // the height of one spatial dimension
        const uint32_t dim = 2 + i + c->spatial - AXES;
        *axes[i] = (wick_quant_axis){
            .in = is_flat ? 1 : (int32_t)in->sizes[dim],
            .out = is_flat ? 1 : (int32_t)out->sizes[dim],
            .kernel = is_flat ? 1 : (int32_t)weight->sizes[dim],
            .stride = (int32_t)stride[i],
            .padding = (int32_t)padding[i],
            .dilation = (int32_t)dilation[i],
        };
        wick_quant_axis_set_steps(axes[i], c->is_transposed);
        if (axes[i]->stride < 1 || axes[i]->padding < 0 || axes[i]->dilation < 1) {
            return false;
        }
    }
    return true;
}

// Zeros around the input, which an int8 pad put there, are padding: the axes say where the first
// row lies, and the sizes where the last one does.
static void fold_pad(convolution *c)
{
    const wick_ir_node *pad_node = wick_producer_if(c->layer.input.value, "aten::constant_pad_nd");
    const wick_ir_arg *pad = pad_node != NULL ? wick_argument(pad_node, "pad") : NULL;
    wick_quant_axis *axes[] = {&c->head.params.height, &c->head.params.width};
    double value = 0;
    if (pad == NULL || pad->kind != WICK_IR_INTS || c->is_transposed || pad->count % 2 != 0 ||
        !wick_argument_number(wick_argument(pad_node, "value"), &value) ||
        value != c->layer.input.steps.zero_point) {
        return;
    }
    for (uint32_t i = 0; i < pad->count; i++) { // last dimension first
        const int64_t width = pad->list.ints[i];
        const bool is_spatial = i / 2 < c->spatial;
        if (width < 0 || width > INT16_MAX || (!is_spatial && width != 0) ||
            (is_spatial && axes[AXES - 1 - i / 2]->padding > INT16_MAX)) {
            return;
        }
    }
    wick_ir_value *source = wick_argument_tensor_at(pad_node, 0);
    for (uint32_t i = 0; i < pad->count / 2 && i < c->spatial; i++) {
        wick_quant_axis *axis = axes[AXES - 1 - i];
        axis->padding += (int32_t)pad->list.ints[2 * i];
        axis->in = (int32_t)source->type.sizes[source->type.rank - 1 - i];
    }
    c->layer.input.value = source;
}

static size_t weight_dim(const wick_ir_type *weight, uint32_t spatial, uint32_t axis)
{
    return axis + spatial < AXES ? 1 : (size_t)weight->sizes[2 + axis + spatial - AXES];
}

// Weights [a, b, height, width] as [out, height, width, in / groups], or [height, width, out] for
// a depthwise layer. Forward: a is out, b is in / groups; transposed: a is in, b is out.
static void arrange_kernel(wick_arena *arena, convolution *c)
{
    const wick_ir_type *type = &c->layer.weight.value->type;
    const int8_t *from = (const int8_t *)c->layer.weight.value->data;
    const size_t taps = weight_dim(type, c->spatial, HEIGHT) * weight_dim(type, c->spatial, WIDTH);
    const size_t out = (size_t)c->layer.out_channels;
    const size_t in = (size_t)type->sizes[c->is_transposed ? 0 : 1];
    int8_t *kernel = wick_arena_alloc(arena, out * taps, in);
    for (size_t o = 0; o < out; o++) {
        for (size_t i = 0; i < in; i++) {
            const size_t row = c->is_transposed ? i * out + o : o * in + i;
            for (size_t t = 0; t < taps; t++) {
                kernel[c->is_depthwise ? t * out + o : (o * taps + t) * in + i] =
                    from[row * taps + t];
            }
        }
    }
    c->layer.kernel = kernel;
    c->layer.kernel_bytes = out * taps * in;
}

// Whether each pixel is a row of a linear layer.
static bool is_pointwise(const convolution *c)
{
    const wick_quant_axis *axes[] = {&c->head.params.height, &c->head.params.width};
    for (uint32_t i = 0; i < AXES; i++) {
        if (axes[i]->kernel != 1 || axes[i]->stride != 1 || axes[i]->padding != 0 ||
            axes[i]->in != axes[i]->out) {
            return false;
        }
    }
    return c->head.params.groups == 1 && !c->is_transposed;
}

static const char *conv_name(const convolution *c, bool is_wide)
{
    static const char *const names[][2] = {
        {"wick::conv2d_s8", "wick::conv2d_s16"},
        {"wick::depthwise_conv2d_s8", "wick::depthwise_conv2d_s16"},
        {"wick::transpose_conv2d_s8", "wick::transpose_conv2d_s16"},
    };
    return names[c->is_transposed ? 2 : c->is_depthwise ? 1 : 0][is_wide ? 1 : 0];
}

static wick_ir_value *build_convolution(const wick_lowering *lowering, const convolution *c,
                                        wick_ir_value *input)
{
    const wick_quant_conv_params *p = &c->head.params;
    const int64_t out[] = {p->batch, p->height.out, p->width.out, p->out_channels};
    const int64_t dense[] = {p->out_channels, p->height.kernel, p->width.kernel,
                             p->in_channels / p->groups};
    const int64_t depthwise[] = {p->height.kernel, p->width.kernel, p->out_channels};
    const wick_ir_type type = wick_ir_type_tensor(lowering->dtype, 4, out);
    wick_ir_value *operands[] = {
        input,
        c->is_depthwise ? build_weight(lowering, &c->layer, 3, depthwise)
                        : build_weight(lowering, &c->layer, 4, dense),
        build_block(lowering, &c->layer, &c->head, sizeof c->head),
    };
    return build_layer(lowering, conv_name(c, lowering->dtype == WICK_INT16), &type, operands);
}

// Ranks and channels of input, weights and groups agree.
static bool read_channels(convolution *c, const wick_ir_node *node)
{
    const wick_ir_type *in = &c->layer.input.value->type;
    const wick_ir_type *weight = &c->layer.weight.value->type;
    const int64_t groups = wick_argument_int(node, "groups", 1);
    wick_quant_conv_params *p = &c->head.params;
    c->spatial = in->rank - 2u;
    if (in->rank < 3 || in->rank > 4 || weight->rank != in->rank || groups < 1 ||
        groups > INT32_MAX || wick_ir_type_count(weight) == 0 || wick_ir_type_count(in) == 0) {
        return false;
    }
    const int64_t out = weight->sizes[c->is_transposed ? 1 : 0] * (c->is_transposed ? groups : 1);
    p->batch = (int32_t)in->sizes[0];
    p->groups = (int32_t)groups;
    p->in_channels = (int32_t)in->sizes[1];
    p->out_channels = c->layer.out_channels = (int32_t)out;
    c->is_depthwise = !c->is_transposed && groups == in->sizes[1] && groups > 1;
    c->layer.channels_last = c->is_depthwise;
    c->layer.scale_period = (uint32_t)(c->is_transposed ? weight->sizes[1] : out);
    const int64_t reads = weight->sizes[c->is_transposed ? 0 : 1] * (c->is_transposed ? 1 : groups);
    return out == node->outputs[0]->type.sizes[1] && out % groups == 0 && reads == in->sizes[1] &&
           wick_ir_type_count(in) <= INT32_MAX && wick_ir_type_count(weight) <= INT32_MAX;
}

wick_ir_value *wick_lower_convolution(wick_lowering *lowering)
{
    const wick_ir_node *node = lowering->builder.node;
    convolution c = {.is_transposed = wick_argument_bool(node, "transposed", false)};
    layer *l = &c.layer;
    if (!wick_quantized_read(wick_argument_tensor_at(node, 0), &l->input)) {
        return wick_lower_refuse(lowering, not_quantized);
    }
    if (!wick_quantized_weight_read(wick_argument_tensor_at(node, 1), &l->weight) ||
        (l->weight.scales != NULL && l->weight.axis != (c.is_transposed ? 1u : 0u))) {
        return wick_lower_refuse(lowering, no_weight);
    }
    if (!read_channels(&c, node) || !set_axes(&c, node)) {
        return wick_lower_refuse(lowering, "it is no convolution over one or two dimensions");
    }
    if (c.is_transposed && c.head.params.groups != 1) {
        return wick_lower_refuse(lowering, "a transposed convolution in groups has no integer "
                                           "operator");
    }
    fold_pad(&c);
    arrange_kernel(lowering->builder.graph->arena, &c);
    if (!read_bias(lowering, l)) {
        return NULL;
    }
    c.head.params.input_offset = -l->input.steps.zero_point;
    c.head.params.range = lowering->range;
    wick_ir_value *input = wick_channels_to_last(&lowering->builder, l->input.value);
    wick_ir_value *image = is_pointwise(&c) ? build_linear(lowering, l, input)
                                            : build_convolution(lowering, &c, input);
    return wick_channels_from_last(&lowering->builder, image, &node->outputs[0]->type);
}
