// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/weights.h"

#include "compiler/quant/rounding.h"

#include <math.h>
#include <string.h>

// Inputs of a layer that are looked at, and multiplications spent on their covariance, at most.
enum { PATCHES_PER_INPUT = 4, PATCHES_MORE = 256 };
#define COVARIANCE_LIMIT 2e8

// A layer's input as a window sees it. A matrix has windows of one place.
typedef struct window {
    uint32_t channels, height, width; // of the input
    uint32_t out_height, out_width;
    int64_t kernel[2], stride[2], padding[2], dilation[2];
    const float *data; // [images, channels, height, width]
    size_t places;     // images * out_height * out_width
} window;

static const wick_quant_tensor *layer_input(const wick_quant_model *model,
                                            const wick_quant_node *node)
{
    const bool is_addmm = wick_node_is(node->node, "aten::addmm");
    return wick_quant_tensor_of(model, wick_argument_tensor_at(node->node, is_addmm ? 1 : 0));
}

static const wick_ir_value *layer_weight(const wick_quant_node *node)
{
    return node->node->args[node->layer->weight_arg].value;
}

static window matrix_window(const wick_quant_model *model, const wick_quant_node *node)
{
    const wick_quant_tensor *input = layer_input(model, node);
    window w = {.channels = node->layer->depth,
                .height = 1,
                .width = 1,
                .out_height = 1,
                .out_width = 1,
                .kernel = {1, 1},
                .stride = {1, 1},
                .dilation = {1, 1},
                .data = wick_quant_tried_by(node, input)};
    w.places = input->count / w.channels * model->samples;
    return w;
}

// False where a size is not as a convolution of one or two dimensions has it.
static bool image_window(const wick_quant_model *model, const wick_quant_node *node, window *w)
{
    const wick_quant_tensor *input = layer_input(model, node);
    const wick_ir_type *in = &input->value->type;
    const wick_ir_type *out = &node->node->outputs[0]->type;
    const wick_ir_type *weight = &layer_weight(node)->type;
    const uint32_t spatial = in->rank - 2u;
    if (in->rank < 3 || in->rank > 4 || weight->rank != in->rank || out->rank != in->rank) {
        return false;
    }
    const uint32_t first = 2 - spatial;
    *w = (window){.kernel = {1, 1}, .stride = {1, 1}, .dilation = {1, 1}};
    w->data = wick_quant_tried_by(node, input);
    w->channels = (uint32_t)in->sizes[1];
    w->height = spatial == 2 ? (uint32_t)in->sizes[2] : 1;
    w->width = (uint32_t)in->sizes[in->rank - 1];
    w->out_height = spatial == 2 ? (uint32_t)out->sizes[2] : 1;
    w->out_width = (uint32_t)out->sizes[out->rank - 1];
    w->places = (size_t)in->sizes[0] * model->samples * w->out_height * w->out_width;
    for (uint32_t i = 0; i < spatial; i++) {
        w->kernel[first + i] = weight->sizes[2 + i];
    }
    return wick_argument_ints(node->node, "stride", spatial, w->stride + first) &&
           wick_argument_ints(node->node, "padding", spatial, w->padding + first) &&
           wick_argument_ints(node->node, "dilation", spatial, w->dilation + first);
}

// What the window sees at one place, of `channels` channels from `first` on: [channels, kernel].
static void read_patch(const window *w, size_t place, uint32_t first, uint32_t channels, float *out)
{
    const size_t image = place / ((size_t)w->out_height * w->out_width);
    const int64_t top =
        (int64_t)(place / w->out_width % w->out_height) * w->stride[0] - w->padding[0];
    const int64_t left = (int64_t)(place % w->out_width) * w->stride[1] - w->padding[1];
    const size_t plane = (size_t)w->height * w->width;
    const float *channel = w->data + (image * w->channels + first) * plane;
    for (uint32_t c = 0; c < channels; c++, channel += plane) {
        for (int64_t i = 0; i < w->kernel[0]; i++) {
            const int64_t y = top + i * w->dilation[0];
            for (int64_t j = 0; j < w->kernel[1]; j++) {
                const int64_t x = left + j * w->dilation[1];
                const bool inside = y >= 0 && y < w->height && x >= 0 && x < w->width;
                *out++ = inside ? channel[(size_t)y * w->width + (size_t)x] : 0;
            }
        }
    }
}

static uint32_t count_patches(const window *w, uint32_t depth)
{
    const double affordable = COVARIANCE_LIMIT / ((double)depth * depth);
    const double wanted = PATCHES_PER_INPUT * (double)depth + PATCHES_MORE;
    return (uint32_t)fmin(fmin((double)w->places, wanted), fmax(affordable, 64));
}

// Places that lie evenly, each moved a little so that none keeps to a column of the image.
static size_t place_of(const window *w, uint32_t patch, uint32_t patches)
{
    const uint32_t mixed = (patch * 2654435761u) >> 8;
    const double jitter = (double)mixed / (1 << 24);
    return (size_t)(((double)patch + jitter) * ((double)w->places / patches));
}

static void round_group(wick_arena *scratch, const window *w, const wick_quant_layer *layer,
                        wick_rounding_input *input, uint32_t group)
{
    const uint32_t channels = layer->is_convolution
                                  ? layer->depth / (uint32_t)(w->kernel[0] * w->kernel[1])
                                  : layer->depth;
    input->samples = count_patches(w, layer->depth);
    input->inputs =
        wick_arena_alloc(scratch, (size_t)input->samples * layer->depth, sizeof *input->inputs);
    for (uint32_t i = 0; i < input->samples; i++) {
        read_patch(w, place_of(w, i, input->samples), group * channels, channels,
                   input->inputs + (size_t)i * layer->depth);
    }
}

// The least scale of each row: under a smaller one the bias would leave int32.
static float *least_scales(wick_arena *scratch, const wick_quant_layer *layer, double input_scale)
{
    float *least = wick_arena_alloc(scratch, layer->outs, sizeof *least);
    for (uint32_t o = 0; o < layer->outs && layer->bias != NULL; o++) {
        least[o] = (float)(fabs((double)layer->bias[o]) / (input_scale * 0x1p29));
    }
    return least;
}

static void round_layer(wick_arena *scratch, const wick_quant_model *model,
                        const wick_quant_node *node, const float *matrix, int8_t *steps,
                        bool by_inputs)
{
    const wick_quant_layer *layer = node->layer;
    window w = {0};
    const bool sees = by_inputs && !layer->is_transposed &&
                      (layer->is_convolution ? image_window(model, node, &w)
                                             : (w = matrix_window(model, node), true));
    const wick_quant_tensor *input = layer_input(model, node);
    const double input_scale = input->is_quantized ? wick_quant_params_for(node, input).scale : 1;
    const float *least = least_scales(scratch, layer, input_scale);
    const uint32_t groups = sees ? layer->groups : 1;
    const uint32_t rows = layer->outs / groups;
    for (uint32_t g = 0; g < groups; g++) {
        const size_t start = (size_t)g * rows * layer->depth;
        wick_rounding_input problem = {.rows = rows,
                                       .depth = layer->depth,
                                       .weights = matrix + start,
                                       .least_scales = least + g * rows};
        if (sees) {
            round_group(scratch, &w, layer, &problem, g);
        }
        const wick_rounding result = {layer->scales + g * rows, steps + start};
        wick_round_weights(scratch, &problem, &result);
    }
}

static void copy_bias(wick_quant_model *model, wick_quant_node *node, bool correct)
{
    wick_quant_layer *layer = node->layer;
    const wick_ir_value *bias =
        layer->bias_arg != UINT32_MAX && node->node->args[layer->bias_arg].kind == WICK_IR_VALUE
            ? node->node->args[layer->bias_arg].value
            : NULL;
    const bool has_place = layer->bias_arg != UINT32_MAX;
    layer->bias = NULL;
    if (has_place && (bias != NULL || correct)) {
        layer->bias = wick_arena_alloc(model->arena, layer->outs, sizeof *layer->bias);
    }
    if (bias != NULL) {
        memcpy(layer->bias, bias->data, layer->outs * sizeof *layer->bias);
    }
}

void wick_quant_choose_weights(wick_quant_model *model, wick_quant_node *node,
                               const wick_quant_weight_options *options)
{
    wick_quant_layer *layer = node->layer;
    wick_arena *scratch = wick_arena_create();
    if (scratch == NULL) {
        scratch = model->arena;
    }
    const size_t count = (size_t)layer->outs * layer->depth;
    const float *weight = (const float *)(const void *)layer_weight(node)->data;
    float *matrix = wick_arena_alloc(scratch, count, sizeof *matrix);
    int8_t *steps = wick_arena_alloc(scratch, count, sizeof *steps);
    for (size_t i = 0; i < count; i++) {
        const uint32_t out = (uint32_t)(i / layer->depth);
        matrix[i] = weight[wick_quant_weight_at(layer, out, (uint32_t)(i % layer->depth))];
    }
    copy_bias(model, node, options->correct_bias);
    layer->scales = wick_arena_alloc(model->arena, layer->outs, sizeof *layer->scales);
    layer->steps = wick_arena_alloc(model->arena, count, sizeof *layer->steps);
    layer->rounded = wick_arena_alloc(model->arena, count, sizeof *layer->rounded);
    round_layer(scratch, model, node, matrix, steps, options->by_inputs);
    for (size_t i = 0; i < count; i++) {
        const uint32_t out = (uint32_t)(i / layer->depth);
        const size_t at = wick_quant_weight_at(layer, out, (uint32_t)(i % layer->depth));
        layer->steps[at] = steps[i];
        layer->rounded[at] = (float)steps[i] * layer->scales[out];
    }
    if (scratch != model->arena) {
        wick_arena_destroy(scratch);
    }
}

void wick_quant_correct_bias(wick_quant_model *model, wick_quant_node *node)
{
    const wick_quant_layer *layer = node->layer;
    wick_quant_tensor *out = wick_quant_tensor_of(model, node->node->outputs[0]);
    if (layer->bias == NULL || out->count == 0) {
        return;
    }
    // [blocks, outs, inner]: of images the channels lie in the middle, of matrices at the end.
    const wick_ir_type *type = &out->value->type;
    size_t inner = 1;
    for (uint32_t i = 2; layer->is_convolution && i < type->rank; i++) {
        inner *= (size_t)type->sizes[i];
    }
    const size_t blocks = out->count * model->samples / inner / layer->outs;
    const float *real = wick_quant_real(out);
    float *tried = wick_quant_tried(out);
    for (uint32_t o = 0; o < layer->outs; o++) {
        double error = 0;
        for (size_t b = 0; b < blocks; b++) {
            const size_t at = (b * layer->outs + o) * inner;
            for (size_t i = 0; i < inner; i++) {
                error += (double)(real[at + i] - tried[at + i]);
            }
        }
        const float move = (float)(error / (double)(blocks * inner));
        layer->bias[o] += move;
        for (size_t b = 0; b < blocks; b++) {
            const size_t at = (b * layer->outs + o) * inner;
            for (size_t i = 0; i < inner; i++) {
                tried[at + i] += move;
            }
        }
    }
}
