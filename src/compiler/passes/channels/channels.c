// SPDX-License-Identifier: BSD-3-Clause
#include "compiler/passes/channels/channels.h"

enum { MAX_CHANNELS = 1 << 20 };

static bool is_followed(const wick_ir_value *value)
{
    const wick_ir_type *type = &value->type;
    return type->kind == WICK_VALUE_TENSOR && type->dtype == WICK_INT8 && type->rank >= 1 &&
           wick_ir_type_is_static(type) && wick_ir_type_fits(type) && wick_ir_type_count(type) > 0;
}

static void number_values(wick_channels *channels)
{
    uint32_t values = 0;
    for (wick_ir_value *value = channels->graph->values; value != NULL; value = value->next) {
        value->index = values++;
    }
    channels->spans = wick_arena_alloc(channels->arena, values, sizeof *channels->spans);
    for (wick_ir_value *value = channels->graph->values; value != NULL; value = value->next) {
        if (!is_followed(value) ||
            value->type.sizes[value->type.rank - 1] > MAX_CHANNELS - (int64_t)channels->count) {
            continue;
        }
        const uint32_t count = (uint32_t)value->type.sizes[value->type.rank - 1];
        channels->spans[value->index] = (wick_channel_span){channels->count, count};
        channels->count += count;
    }
}

static void make_channels(wick_channels *channels)
{
    channels->all = wick_arena_alloc(channels->arena, channels->count, sizeof *channels->all);
    for (uint32_t i = 0; i < channels->count; i++) {
        channels->all[i] = (wick_channel){.values = {INT8_MIN, INT8_MAX}, .group = i};
    }
}

static void link_nodes(wick_channels *channels)
{
    for (const wick_ir_node *node = channels->graph->first; node != NULL; node = node->next) {
        channels->node_count++;
    }
    channels->nodes =
        wick_arena_alloc(channels->arena, channels->node_count, sizeof *channels->nodes);
    wick_channel_node *at = channels->nodes;
    for (wick_ir_node *node = channels->graph->first; node != NULL; node = node->next, at++) {
        const wick_channel_rule *rule = wick_channel_rule_find(node->op->name);
        at->node = node;
        at->rule = rule != NULL && node->output_count == 1 &&
                           wick_channels_count(channels, node->outputs[0]) > 0 &&
                           rule->link(channels, at)
                       ? rule
                       : NULL;
    }
}

void wick_channels_create(wick_arena *arena, wick_ir_graph *graph, wick_channels *out)
{
    *out = (wick_channels){.arena = arena, .graph = graph};
    number_values(out);
    make_channels(out);
    link_nodes(out);
}

uint32_t wick_channels_count(const wick_channels *channels, const wick_ir_value *value)
{
    return channels->spans[value->index].count;
}

wick_channel *wick_channels_of(const wick_channels *channels, const wick_ir_value *value)
{
    return &channels->all[channels->spans[value->index].first];
}

uint32_t wick_channels_kept(const wick_channels *channels, const wick_ir_value *value)
{
    const uint32_t count = wick_channels_count(channels, value);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        kept += wick_channels_of(channels, value)[i].is_kept;
    }
    return kept;
}

wick_channel *wick_channel_from(const wick_channels *channels, const wick_channel_link *link,
                                uint32_t j)
{
    const uint32_t channel = link->from_first + j / link->divide % link->from_modulo;
    return &wick_channels_of(channels, link->from)[channel];
}

wick_channel *wick_channel_to(const wick_channels *channels, const wick_channel_link *link,
                              uint32_t j)
{
    return &wick_channels_of(channels, link->to)[link->to_first + j % link->to_modulo];
}
