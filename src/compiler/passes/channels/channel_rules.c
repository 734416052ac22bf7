// SPDX-License-Identifier: BSD-3-Clause
// One row for each operator whose channels can be followed, and how its operands' channels go into
// those of the result.
#include "compiler/passes/channels/channel_rules.h"

#include "compiler/passes/build.h"
#include "compiler/passes/evaluate.h"
#include "compiler/passes/part.h"

#include <string.h>

static const uint32_t any = UINT32_MAX; // modulo nothing

static uint32_t last_dim(const wick_ir_value *value)
{
    return value->type.rank - 1u;
}

static int64_t last_size(const wick_ir_value *value)
{
    return value->type.sizes[last_dim(value)];
}

static bool is_followed(const wick_channels *channels, const wick_ir_value *value)
{
    return value != NULL && wick_channels_count(channels, value) > 0;
}

wick_channel_link *wick_channel_links_add(const wick_channels *channels, wick_channel_node *node,
                                          const wick_ir_value *from)
{
    wick_channel_link *link = &node->links[node->link_count++];
    *link = (wick_channel_link){.from = from,
                                .to = node->node->outputs[0],
                                .count = wick_channels_count(channels, from),
                                .divide = 1,
                                .from_modulo = any,
                                .to_modulo = any};
    return link;
}

void wick_channel_links_create(const wick_channels *channels, wick_channel_node *node,
                               uint32_t count)
{
    node->links = wick_arena_alloc(channels->arena, count, sizeof *node->links);
}

// One operand, whose channels become those of the result.
static bool link_same(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *from = wick_argument_tensor_at(node->node, 0);
    if (!is_followed(channels, from) || last_size(from) != last_size(node->node->outputs[0])) {
        return false;
    }
    wick_channel_links_create(channels, node, 1);
    wick_channel_links_add(channels, node, from);
    return true;
}

static bool link_table(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *table = wick_argument_tensor(node->node, "table");
    const char *reason;
    return table != NULL && wick_ir_value_is_constant(table) &&
           wick_evaluate_check(channels->arena, node->node, &reason) == WICK_OK &&
           link_same(channels, node);
}

// A dense layer links nothing but a residual: which in channels a result needs, its weights say.
static bool link_layer(const wick_channels *channels, wick_channel_node *node)
{
    wick_quant_layer layer;
    if (!wick_quant_layer_read(channels->arena, node->node, &layer) ||
        !is_followed(channels, layer.input) ||
        (layer.residual != NULL && !is_followed(channels, layer.residual))) {
        return false;
    }
    node->sums = wick_arena_alloc(channels->arena, 1, sizeof *node->sums);
    if (!wick_layer_sums_create(channels->arena, &layer, node->sums)) {
        return false;
    }
    wick_channel_links_create(channels, node, 2);
    if (layer.kind == WICK_QUANT_DEPTHWISE) {
        wick_channel_link *link = wick_channel_links_add(channels, node, layer.input);
        link->count = (uint32_t)layer.params.out_channels;
        link->divide = (uint32_t)(layer.params.out_channels / layer.params.in_channels);
    }
    if (layer.residual != NULL) {
        wick_channel_links_add(channels, node, layer.residual);
    }
    return true;
}

// Of two last dimensions, the smaller divides the larger: elements keep their order.
static bool link_view(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *from = wick_argument_tensor_at(node->node, 0);
    if (!is_followed(channels, from)) {
        return false;
    }
    const uint32_t in = wick_channels_count(channels, from);
    const uint32_t out = wick_channels_count(channels, node->node->outputs[0]);
    if (in % out != 0 && out % in != 0) {
        return false;
    }
    wick_channel_links_create(channels, node, 1);
    wick_channel_link *link = wick_channel_links_add(channels, node, from);
    link->count = in > out ? in : out;
    link->from_modulo = in;
    link->to_modulo = out;
    return true;
}

static bool link_permute(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *from = wick_argument_tensor_at(node->node, 0);
    int64_t dims[WICK_MAX_RANK];
    return is_followed(channels, from) && wick_argument_dims(node->node, from->type.rank, dims) &&
           dims[last_dim(from)] == last_dim(from) && link_same(channels, node);
}

static bool is_fixed(const wick_ir_node *node, const char *name)
{
    const wick_ir_arg *arg = wick_argument(node, name);
    return arg->kind == WICK_IR_INT || arg->kind == WICK_IR_NONE;
}

static bool link_slice(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *from = wick_argument_tensor_at(node->node, 0);
    const wick_ir_value *to = node->node->outputs[0];
    wick_part part;
    if (!is_fixed(node->node, "start") || !is_fixed(node->node, "end") ||
        !is_followed(channels, from) || !wick_part_of(node->node, &from->type, &to->type, &part)) {
        return false;
    }
    if (part.dim != last_dim(from)) {
        return link_same(channels, node);
    }
    wick_channel_links_create(channels, node, 1);
    wick_channel_link *link = wick_channel_links_add(channels, node, from);
    link->count = wick_channels_count(channels, to);
    link->from_first = (uint32_t)part.start;
    return true;
}

// Whether the operands of a concatenation have channels that follow each other, or lie over each
// other, in the result.
static bool cat_fits(const wick_channels *channels, const wick_ir_node *node, bool is_by_channel)
{
    const wick_ir_arg *tensors = &node->args[0];
    int64_t total = 0;
    for (uint32_t i = 0; i < tensors->count; i++) {
        const wick_ir_value *from = tensors->list.values[i];
        if (!is_followed(channels, from) || from->type.rank != node->outputs[0]->type.rank ||
            (!is_by_channel && last_size(from) != last_size(node->outputs[0]))) {
            return false;
        }
        total += last_size(from);
    }
    return tensors->count > 0 && (!is_by_channel || total == last_size(node->outputs[0]));
}

static bool link_cat(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_arg *tensors = &node->node->args[0];
    const uint32_t rank = node->node->outputs[0]->type.rank;
    const int64_t dim = wick_argument_int(node->node, "dim", 0);
    const bool is_by_channel = wick_wrap_dim(dim, rank) == rank - 1;
    if (tensors->kind != WICK_IR_VALUES || dim < -(int64_t)rank || dim >= rank ||
        !cat_fits(channels, node->node, is_by_channel)) {
        return false;
    }
    wick_channel_links_create(channels, node, tensors->count);
    uint32_t first = 0;
    for (uint32_t i = 0; i < tensors->count; i++) {
        wick_channel_link *link = wick_channel_links_add(channels, node, tensors->list.values[i]);
        link->to_first = first;
        first += is_by_channel ? link->count : 0;
    }
    return true;
}

// Padding that adds no channels: amounts stand in pairs, the last dimension first.
static bool link_pad(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_arg *pad = wick_argument(node->node, "pad");
    double value;
    return pad->kind == WICK_IR_INTS && pad->list.values == NULL && pad->count >= 2 &&
           pad->list.ints[0] == 0 && pad->list.ints[1] == 0 &&
           wick_argument_number(wick_argument(node->node, "value"), &value) && value >= INT8_MIN &&
           value <= INT8_MAX && link_same(channels, node);
}

static const wick_channel_rule rules[] = {
    {"wick::conv2d_s8", link_layer, wick_channel_range_layer, wick_channel_shrink_layer},
    {"wick::depthwise_conv2d_s8", link_layer, wick_channel_range_layer, wick_channel_shrink_layer},
    {"wick::transpose_conv2d_s8", link_layer, wick_channel_range_layer, wick_channel_shrink_layer},
    {"wick::linear_s8", link_layer, wick_channel_range_layer, wick_channel_shrink_layer},
    {"wick::table_s8", link_table, wick_channel_range_table, wick_channel_shrink_type},
    {"wick::add_s8", wick_channel_link_pair, wick_channel_range_pair, wick_channel_shrink_pair},
    {"wick::mul_s8", wick_channel_link_pair, wick_channel_range_pair, wick_channel_shrink_pair},
    {"wick::div_s8", wick_channel_link_pair, wick_channel_range_pair, wick_channel_shrink_pair},
    {"wick::max_pool2d_s8", wick_channel_link_pool, wick_channel_range_pool,
     wick_channel_shrink_pool},
    {"wick::avg_pool2d_s8", wick_channel_link_pool, wick_channel_range_pool,
     wick_channel_shrink_pool},
    // A result lies between the values that it is made of.
    {"wick::resize_s8", wick_channel_link_resize, wick_channel_range_moved,
     wick_channel_shrink_resize},
    {"wick::mean_s8", wick_channel_link_mean, wick_channel_range_mean, wick_channel_shrink_mean},
    {"aten::view_copy", link_view, wick_channel_range_moved, wick_channel_shrink_view},
    {"aten::permute_copy", link_permute, wick_channel_range_moved, wick_channel_shrink_type},
    {"aten::slice_copy.Tensor", link_slice, wick_channel_range_moved, wick_channel_shrink_slice},
    {"aten::cat", link_cat, wick_channel_range_moved, wick_channel_shrink_type},
    {"aten::constant_pad_nd", link_pad, wick_channel_range_padded, wick_channel_shrink_type},
    {"aten::clone", link_same, wick_channel_range_moved, wick_channel_shrink_type},
};

const wick_channel_rule *wick_channel_rule_find(const char *op_name)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (strcmp(rules[i].op_name, op_name) == 0) {
            return &rules[i];
        }
    }
    return NULL;
}
