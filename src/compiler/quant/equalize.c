// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/quant/equalize.h"

#include "kernels/math/math.h"

#include <float.h>
#include <math.h>
#include <string.h>

// A channel that hardly spoke in the calibration may speak up later: no range counts as smaller
// than this part of the largest.
#define LEAST_PART 0.125f

#define NO_AXIS UINT32_MAX

// Tensors that share factors; sets are joined by `parent`.
typedef struct tie_set {
    uint32_t parent;
    uint32_t axis; // of the channels in this tensor
    bool is_fixed; // factors stay 1
    bool is_free;  // false: a layer that reads it pays for large factors with its weights
    uint32_t channels;
    float *factors; // that activations are divided by now
    float *ranges;  // of activations and of weights that read them, under factors of 1
    float *weights;
} tie_set;

struct wick_equalizer {
    wick_quant_model *model;
    tie_set *sets; // one for each tensor, by index
};

static tie_set *find_set(wick_equalizer *e, const wick_ir_value *value)
{
    uint32_t at = value->index;
    while (e->sets[at].parent != at) {
        e->sets[at].parent = e->sets[e->sets[at].parent].parent;
        at = e->sets[at].parent;
    }
    return &e->sets[at];
}

static void fix(void *context, wick_ir_value **slot)
{
    find_set(context, *slot)->is_fixed = true;
}

// Ties a result to the argument it is made of; the channels of the result lie along `axis`.
static void tie(wick_equalizer *e, const wick_ir_value *from, const wick_ir_value *to)
{
    tie_set *a = find_set(e, from);
    tie_set *b = find_set(e, to);
    if (a == b) {
        return;
    }
    a->is_fixed = a->is_fixed || b->is_fixed;
    b->parent = a->parent;
}

static uint32_t axis_of(const wick_equalizer *e, const wick_ir_value *value)
{
    return e->sets[value->index].axis;
}

static size_t count_behind(const wick_ir_type *type, uint32_t axis)
{
    size_t count = 1;
    for (uint32_t i = axis + 1; i < type->rank; i++) {
        count *= (size_t)type->sizes[i];
    }
    return count;
}

// ---- which tensors are tied

// A view that only drops or adds sizes of 1 keeps the channels: NO_AXIS if it does not.
static uint32_t axis_in_view(const wick_ir_type *from, uint32_t axis, const wick_ir_type *to)
{
    size_t before = 1;
    for (uint32_t i = 0; i < axis; i++) {
        before *= (size_t)from->sizes[i];
    }
    size_t reached = 1;
    for (uint32_t i = 0; i < to->rank; i++) {
        if (reached == before && to->sizes[i] == from->sizes[axis] &&
            count_behind(to, i) == count_behind(from, axis)) {
            return i;
        }
        reached *= (size_t)to->sizes[i];
    }
    return NO_AXIS;
}

static bool pads_with_zero_around(const wick_ir_node *node, uint32_t axis, uint32_t rank)
{
    const wick_ir_arg *pad = wick_argument(node, "pad");
    double value = 1;
    return wick_argument_number(wick_argument(node, "value"), &value) && value == 0 &&
           pad->kind == WICK_IR_INTS && pad->count <= 2 * (rank - axis - 1);
}

static bool means_over_others(const wick_ir_node *node, uint32_t axis, uint32_t rank)
{
    const wick_ir_arg *dims = wick_argument(node, "dim");
    if (dims->kind != WICK_IR_INTS || dims->count == 0) {
        return false;
    }
    for (uint32_t i = 0; i < dims->count; i++) {
        if (wick_wrap_dim(dims->list.ints[i], rank) <= axis) {
            return false;
        }
    }
    return true;
}

// The axis of the channels in the result, if the operator passes positive factors on; else NO_AXIS.
static uint32_t axis_passed_on(const wick_ir_node *node, uint32_t axis)
{
    static const char *const pointwise[] = {"aten::relu",
                                            "aten::leaky_relu",
                                            "aten::clone",
                                            "aten::alias_copy",
                                            "aten::max_pool2d_with_indices",
                                            "aten::avg_pool2d",
                                            "aten::_adaptive_avg_pool2d"};
    const wick_ir_type *from = &wick_argument_tensor_at(node, 0)->type;
    for (size_t i = 0; i < sizeof pointwise / sizeof pointwise[0]; i++) {
        const bool is_pool = i > 3;
        if (wick_node_is(node, pointwise[i])) {
            return is_pool && axis + 3 != from->rank ? NO_AXIS : axis;
        }
    }
    if (wick_node_is(node, "aten::constant_pad_nd")) {
        return pads_with_zero_around(node, axis, from->rank) ? axis : NO_AXIS;
    }
    if (wick_node_is(node, "aten::mean.dim")) {
        return means_over_others(node, axis, from->rank) ? axis : NO_AXIS;
    }
    return wick_node_is(node, "aten::view_copy") ? axis_in_view(from, axis, &node->outputs[0]->type)
                                                 : NO_AXIS;
}

static bool is_sum_of_equals(const wick_ir_node *node)
{
    const wick_ir_value *a = wick_argument_tensor_at(node, 0);
    const wick_ir_value *b =
        node->op->parameter_count > 1 ? wick_argument_tensor_at(node, 1) : NULL;
    return wick_node_is(node, "aten::add.Tensor") && a != NULL && b != NULL && a->data == NULL &&
           b->data == NULL && wick_same_sizes(&a->type, &b->type);
}

static const wick_ir_value *weight_of(const wick_quant_node *node)
{
    return node->node->args[node->layer->weight_arg].value;
}

static const wick_ir_value *bias_of(const wick_quant_node *node)
{
    const uint32_t arg = node->layer->bias_arg;
    return arg != UINT32_MAX && node->node->args[arg].kind == WICK_IR_VALUE
               ? node->node->args[arg].value
               : NULL;
}

// A layer whose weights and bias nothing else reads.
static bool owns_weights(const wick_quant_node *node)
{
    const wick_quant_layer *layer = node->layer;
    if (layer == NULL || !node->is_active || layer->is_transposed) {
        return false;
    }
    const wick_ir_value *bias = bias_of(node);
    return weight_of(node)->use_count == 1 && (bias == NULL || bias->use_count == 1);
}

static uint32_t channel_axis(const wick_quant_node *node, const wick_ir_value *value)
{
    return node->layer->is_convolution ? 1 : value->type.rank - 1u;
}

static const wick_ir_value *input_of(const wick_quant_node *node)
{
    return wick_argument_tensor_at(node->node, wick_node_is(node->node, "aten::addmm") ? 1 : 0);
}

static void tie_layer(wick_equalizer *e, const wick_quant_node *node)
{
    const wick_ir_value *input = input_of(node);
    const wick_ir_value *output = node->node->outputs[0];
    e->sets[output->index].axis = channel_axis(node, output);
    const bool is_image = !node->layer->is_convolution || input->type.rank >= 3;
    if (!owns_weights(node) || !is_image || axis_of(e, input) != channel_axis(node, input)) {
        find_set(e, input)->is_fixed = true;
    }
    find_set(e, output)->is_fixed = find_set(e, output)->is_fixed || !owns_weights(node);
}

static void tie_node(wick_equalizer *e, const wick_quant_node *node)
{
    const wick_ir_node *n = node->node;
    wick_ir_value *first = wick_argument_tensor_at(n, 0);
    const wick_ir_value *out = n->outputs[0];
    if (node->layer != NULL) {
        tie_layer(e, node);
        return;
    }
    if (is_sum_of_equals(n)) {
        const wick_ir_value *second = wick_argument_tensor_at(n, 1);
        e->sets[out->index].axis = axis_of(e, first);
        if (axis_of(e, first) == axis_of(e, second) && axis_of(e, first) != NO_AXIS) {
            tie(e, first, out);
            tie(e, first, second);
            return;
        }
    } else if (first != NULL && axis_of(e, first) != NO_AXIS) {
        const uint32_t axis = axis_passed_on(n, axis_of(e, first));
        e->sets[out->index].axis = axis;
        if (axis != NO_AXIS) {
            tie(e, first, out);
            return;
        }
    }
    wick_ir_node_each_value(node->node, fix, e);
    find_set(e, out)->is_fixed = true;
}

// ---- ranges

static void add_range(wick_equalizer *e, const wick_quant_tensor *tensor)
{
    const tie_set *own = &e->sets[tensor->value->index];
    tie_set *set = find_set(e, tensor->value);
    const size_t inner = count_behind(&tensor->value->type, own->axis);
    const float *real = wick_quant_real(tensor);
    for (size_t i = 0; i < tensor->count * e->model->samples; i += inner) {
        float *range = &set->ranges[i / inner % set->channels];
        for (size_t k = 0; k < inner; k++) {
            *range = fmaxf(*range, fabsf(real[i + k]));
        }
    }
}

// Calls for each weight that reads channel *channel of the layer's input.
static uint32_t channel_read_by(const wick_quant_layer *layer, uint32_t out, uint32_t k,
                                uint32_t channels)
{
    const uint32_t per_group = channels / layer->groups;
    const uint32_t taps = layer->depth / per_group;
    return out / (layer->outs / layer->groups) * per_group + k / taps;
}

static void add_weights(wick_equalizer *e, const wick_quant_node *node)
{
    const wick_quant_layer *layer = node->layer;
    tie_set *set = find_set(e, input_of(node));
    const float *data = (const float *)(const void *)weight_of(node)->data;
    const bool is_depthwise = layer->groups == set->channels && layer->groups > 1;
    set->is_free = set->is_free && is_depthwise;
    for (uint32_t o = 0; o < layer->outs && !is_depthwise; o++) {
        for (uint32_t k = 0; k < layer->depth; k++) {
            float *range = &set->weights[channel_read_by(layer, o, k, set->channels)];
            *range = fmaxf(*range, fabsf(data[wick_quant_weight_at(layer, o, k)]));
        }
    }
}

static void give_factors(wick_equalizer *e, tie_set *set, const wick_ir_value *value)
{
    wick_arena *arena = e->model->arena;
    set->channels = (uint32_t)value->type.sizes[set->axis];
    set->factors = wick_arena_alloc(arena, set->channels, sizeof(float));
    set->ranges = wick_arena_alloc(arena, set->channels, sizeof(float));
    set->weights = wick_arena_alloc(arena, set->channels, sizeof(float));
    set->is_free = true;
    for (uint32_t c = 0; c < set->channels; c++) {
        set->factors[c] = 1;
    }
}

static bool is_activation(const wick_quant_tensor *tensor)
{
    return tensor->value->type.kind == WICK_VALUE_TENSOR && tensor->stride > 0 &&
           tensor->value->type.dtype == WICK_FLOAT32;
}

wick_equalizer *wick_equalizer_create(wick_quant_model *model, uint32_t *sets)
{
    wick_equalizer *e = wick_arena_alloc(model->arena, 1, sizeof *e);
    e->model = model;
    e->sets = wick_arena_alloc(model->arena, model->tensor_count, sizeof *e->sets);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        e->sets[i] = (tie_set){.parent = i, .axis = NO_AXIS};
        e->sets[i].is_fixed = !is_activation(&model->tensors[i]) || model->tensors[i].count == 0 ||
                              model->tensors[i].value->kind == WICK_IR_INPUT;
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        tie_node(e, &model->nodes[i]);
    }
    for (uint32_t i = 0; i < model->graph->output_count; i++) {
        find_set(e, model->graph->outputs[i])->is_fixed = true;
    }
    *sets = 0;
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        tie_set *set = &e->sets[i];
        if (set->parent == i && !set->is_fixed && set->axis != NO_AXIS) {
            give_factors(e, set, model->tensors[i].value);
            *sets += 1;
        }
    }
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        if (is_activation(&model->tensors[i]) && model->tensors[i].is_quantized &&
            find_set(e, model->tensors[i].value)->factors != NULL) {
            add_range(e, &model->tensors[i]);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i].layer != NULL && find_set(e, input_of(&model->nodes[i]))->factors) {
            add_weights(e, &model->nodes[i]);
        }
    }
    return e;
}

// ---- factors

static float largest_of(const float *values, uint32_t count)
{
    float largest = 0;
    for (uint32_t i = 0; i < count; i++) {
        largest = fmaxf(largest, values[i]);
    }
    return largest;
}

// Logarithm of the factor of a channel: of the ranges of activation and weights, each at least
// LEAST_PART of the largest. Wick's own functions: the same bits on every machine.
static float log_factor(const tie_set *set, uint32_t channel, const float *largest, float strength)
{
    const float range = wick_log_f32(fmaxf(set->ranges[channel], largest[0] * LEAST_PART));
    return set->is_free
               ? range
               : strength * range - (1 - strength) * wick_log_f32(fmaxf(set->weights[channel],
                                                                        largest[1] * LEAST_PART));
}

// The mean of the factors' logarithms is 0.
static void choose_factors(const tie_set *set, float strength, float *factors)
{
    const float largest[2] = {largest_of(set->ranges, set->channels),
                              largest_of(set->weights, set->channels)};
    const bool is_plain = strength < 0 || !(largest[0] > FLT_MIN / LEAST_PART) ||
                          (!set->is_free && !(largest[1] > FLT_MIN / LEAST_PART));
    float mean = 0;
    for (uint32_t c = 0; c < set->channels; c++) {
        factors[c] = is_plain ? 0 : log_factor(set, c, largest, strength);
        mean += factors[c] / (float)set->channels;
    }
    for (uint32_t c = 0; c < set->channels; c++) {
        factors[c] = wick_exp_f32(factors[c] - mean);
    }
}

static float *copy_of_constant(wick_equalizer *e, const wick_ir_value *value)
{
    wick_quant_tensor *tensor = wick_quant_tensor_of(e->model, value);
    float *copy = wick_arena_alloc(e->model->arena, tensor->count, sizeof *copy);
    memcpy(copy, tensor->value->data, tensor->count * sizeof *copy);
    tensor->value->data = (const uint8_t *)copy;
    tensor->real = tensor->value->data;
    return copy;
}

// change[c]: new factor over old one.
static void scale_activation(const wick_equalizer *e, wick_quant_tensor *tensor, const tie_set *set,
                             const float *change)
{
    const size_t inner = count_behind(&tensor->value->type, e->sets[tensor->value->index].axis);
    float *real = (float *)(void *)(uintptr_t)tensor->real;
    size_t where;
    for (size_t i = 0; i < tensor->count * e->model->samples; i += inner) {
        const float factor = 1 / change[i / inner % set->channels];
        for (size_t k = 0; k < inner; k++) {
            real[i + k] *= factor;
        }
    }
    (void)wick_quant_bounds(real, tensor->count * e->model->samples, &tensor->low, &tensor->high,
                            &where);
}

static void scale_layer(wick_equalizer *e, const wick_quant_node *node, float *const *changes)
{
    const wick_quant_layer *layer = node->layer;
    const tie_set *in = find_set(e, input_of(node));
    const tie_set *out = find_set(e, node->node->outputs[0]);
    const float *in_change = in->factors ? changes[in - e->sets] : NULL;
    const float *out_change = out->factors ? changes[out - e->sets] : NULL;
    if (in_change == NULL && out_change == NULL) {
        return;
    }
    float *data = copy_of_constant(e, weight_of(node));
    for (uint32_t o = 0; o < layer->outs; o++) {
        const float row = out_change ? 1 / out_change[o] : 1;
        for (uint32_t k = 0; k < layer->depth; k++) {
            data[wick_quant_weight_at(layer, o, k)] *=
                in_change ? row * in_change[channel_read_by(layer, o, k, in->channels)] : row;
        }
    }
    const wick_ir_value *bias = bias_of(node);
    if (bias != NULL && out_change != NULL) {
        float *values = copy_of_constant(e, bias);
        for (uint32_t o = 0; o < layer->outs; o++) {
            values[o] /= out_change[o];
        }
    }
}

void wick_equalizer_apply(wick_equalizer *e, float strength)
{
    wick_quant_model *model = e->model;
    float **changes = wick_arena_alloc(model->arena, model->tensor_count, sizeof *changes);
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        tie_set *set = &e->sets[i];
        if (set->factors != NULL) {
            float *factors = wick_arena_alloc(model->arena, set->channels, sizeof *factors);
            changes[i] = wick_arena_alloc(model->arena, set->channels, sizeof *factors);
            choose_factors(set, strength, factors);
            for (uint32_t c = 0; c < set->channels; c++) {
                changes[i][c] = factors[c] / set->factors[c];
            }
            set->factors = factors;
        }
    }
    for (uint32_t i = 0; i < model->tensor_count; i++) {
        const tie_set *set = find_set(e, model->tensors[i].value);
        if (set->factors != NULL && is_activation(&model->tensors[i])) {
            scale_activation(e, &model->tensors[i], set, changes[set - e->sets]);
        }
    }
    for (uint32_t i = 0; i < model->node_count; i++) {
        if (model->nodes[i].layer != NULL) {
            scale_layer(e, &model->nodes[i], changes);
        }
    }
}
