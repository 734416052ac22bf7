// SPDX-License-Identifier: BSD-3-Clause
// Which channels the outputs need. Linked channels form groups that stay or go as a whole. Inputs,
// outputs, constants and nodes of which nothing is known keep theirs; from there, a layer's out
// channel that stays keeps the in channels that it reads: those with a weight other than zero whose
// share of the sum is not the same number everywhere. What is left is not needed.
#include "compiler/passes/channels/channels.h"

static uint32_t find(const wick_channels *channels, uint32_t channel)
{
    wick_channel *all = channels->all;
    while (all[channel].group != channel) {
        all[channel].group = all[all[channel].group].group;
        channel = all[channel].group;
    }
    return channel;
}

static wick_channel *root_of(const wick_channels *channels, const wick_channel *channel)
{
    return &channels->all[find(channels, (uint32_t)(channel - channels->all))];
}

static void unite(const wick_channels *channels, const wick_channel_link *link)
{
    for (uint32_t j = 0; j < link->count; j++) {
        const wick_channel *from = root_of(channels, wick_channel_from(channels, link, j));
        root_of(channels, wick_channel_to(channels, link, j))->group = from->group;
    }
}

static void keep_all(const wick_channels *channels, const wick_ir_value *value)
{
    const uint32_t count = wick_channels_count(channels, value);
    for (uint32_t c = 0; c < count; c++) {
        root_of(channels, &wick_channels_of(channels, value)[c])->is_kept = true;
    }
}

static void keep_slot(void *context, wick_ir_value **slot)
{
    keep_all(context, *slot);
}

// Channels of a convolution in groups are left as they are: a group cannot lose one alone.
static bool is_grouped(const wick_channel_node *node)
{
    return node->sums != NULL && node->sums->layer.kind != WICK_QUANT_DEPTHWISE &&
           node->sums->layer.params.groups > 1;
}

static void keep_ends(wick_channels *channels)
{
    const wick_ir_graph *graph = channels->graph;
    for (uint32_t i = 0; i < graph->input_count; i++) {
        keep_all(channels, graph->inputs[i]);
    }
    for (uint32_t i = 0; i < graph->output_count; i++) {
        if (graph->outputs[i] != NULL) {
            keep_all(channels, graph->outputs[i]);
        }
    }
    for (const wick_ir_value *value = graph->values; value != NULL; value = value->next) {
        if (wick_ir_value_is_constant(value)) {
            keep_all(channels, value);
        }
    }
    for (uint32_t i = 0; i < channels->node_count; i++) {
        const wick_channel_node *node = &channels->nodes[i];
        if (node->rule == NULL || is_grouped(node)) {
            wick_ir_node_each_value(node->node, keep_slot, channels);
            for (uint32_t j = 0; j < node->node->output_count; j++) {
                keep_all(channels, node->node->outputs[j]);
            }
        }
    }
}

static bool reads(const wick_layer_sums *sums, int32_t out_channel, int32_t i,
                  const wick_channel *input)
{
    int64_t share;
    if (wick_layer_sums_ignores(sums, out_channel, i)) {
        return false;
    }
    return !wick_interval_is_one(input->values) ||
           !wick_layer_sums_share(sums, out_channel, i, (int32_t)input->values.low, &share);
}

// What a layer's kept channels read. Whether something new is kept.
static bool keep_read(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_quant_layer *layer = &node->sums->layer;
    const wick_channel *in = wick_channels_of(channels, layer->input);
    const wick_channel *out = wick_channels_of(channels, node->node->outputs[0]);
    bool is_new = false;
    for (int32_t c = 0; c < layer->params.out_channels; c++) {
        if (out[c].is_frozen || !root_of(channels, &out[c])->is_kept) {
            continue;
        }
        for (int32_t i = 0; i < layer->params.in_channels; i++) {
            wick_channel *root = root_of(channels, &in[i]);
            if (!root->is_kept && reads(node->sums, c, i, &in[i])) {
                root->is_kept = is_new = true;
            }
        }
    }
    return is_new;
}

// A tensor keeps one channel at least: kernels and planner know no empty ones.
static bool keep_one(const wick_channels *channels, const wick_ir_value *value)
{
    const uint32_t count = wick_channels_count(channels, value);
    for (uint32_t c = 0; c < count; c++) {
        if (root_of(channels, &wick_channels_of(channels, value)[c])->is_kept) {
            return false;
        }
    }
    if (count > 0) {
        root_of(channels, wick_channels_of(channels, value))->is_kept = true;
    }
    return count > 0;
}

// One sweep against the order of execution.
static bool sweep(const wick_channels *channels)
{
    bool is_new = false;
    for (uint32_t i = channels->node_count; i-- > 0;) {
        const wick_channel_node *node = &channels->nodes[i];
        if (node->rule == NULL) {
            continue;
        }
        is_new = keep_one(channels, node->node->outputs[0]) || is_new;
        if (node->sums != NULL && node->sums->layer.kind != WICK_QUANT_DEPTHWISE &&
            !is_grouped(node)) {
            is_new = keep_read(channels, node) || is_new;
        }
    }
    return is_new;
}

void wick_channels_set_kept(wick_channels *channels)
{
    for (uint32_t i = 0; i < channels->node_count; i++) {
        for (uint32_t j = 0; channels->nodes[i].rule != NULL && j < channels->nodes[i].link_count;
             j++) {
            unite(channels, &channels->nodes[i].links[j]);
        }
    }
    keep_ends(channels);
    while (sweep(channels)) {
    }
    for (uint32_t i = 0; i < channels->count; i++) {
        channels->all[i].is_kept = channels->all[find(channels, i)].is_kept;
    }
}
