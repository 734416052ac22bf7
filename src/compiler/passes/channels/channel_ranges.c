// SPDX-License-Identifier: BSD-3-Clause
// What values each channel can take: intervals, from the graph's inputs on.
#include "compiler/passes/build.h"
#include "compiler/passes/channels/channel_rules.h"

void wick_channel_range_layer(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_quant_layer *layer = &node->sums->layer;
    const wick_channel *input = wick_channels_of(channels, layer->input);
    wick_channel *out = wick_channels_of(channels, node->node->outputs[0]);
    const uint32_t in_count = wick_channels_count(channels, layer->input);
    wick_interval *inputs = wick_arena_alloc(channels->arena, in_count, sizeof *inputs);
    for (uint32_t c = 0; c < in_count; c++) {
        inputs[c] = input[c].values;
    }
    for (int32_t c = 0; c < layer->params.out_channels; c++) {
        const wick_quant_scale scale = {layer->multipliers[c], layer->shifts[c]};
        out[c].sums = wick_layer_sums_range(node->sums, c, inputs);
        out[c].values = wick_interval_narrow(out[c].sums, scale, &layer->params.range);
        out[c].is_frozen = wick_interval_is_one(out[c].values);
        if (layer->residual != NULL) {
            const wick_interval other = wick_channels_of(channels, layer->residual)[c].values;
            out[c].values = wick_interval_add(out[c].values, other, 1, &layer->residual_scale);
        }
    }
}

void wick_channel_range_moved(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    wick_channel *out = wick_channels_of(channels, result);
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        out[c].values = wick_interval_nothing;
    }
    for (uint32_t i = 0; i < node->link_count; i++) {
        const wick_channel_link *link = &node->links[i];
        for (uint32_t j = 0; j < link->count; j++) {
            wick_interval_extend(&wick_channel_to(channels, link, j)->values,
                                 wick_channel_from(channels, link, j)->values);
        }
    }
}

void wick_channel_range_padded(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    wick_channel *out = wick_channels_of(channels, result);
    double value = 0;
    wick_argument_number(wick_argument(node->node, "value"), &value);
    wick_channel_range_moved(channels, node);
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        wick_interval_extend(&out[c].values, wick_interval_of((int64_t)value));
    }
}

void wick_channel_range_table(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const int8_t *table = (const int8_t *)wick_argument_tensor(node->node, "table")->data;
    const wick_channel *in = wick_channels_of(channels, node->links[0].from);
    wick_channel *out = wick_channels_of(channels, result);
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        out[c].values = wick_interval_nothing;
        for (int64_t value = in[c].values.low; value <= in[c].values.high; value++) {
            const int64_t entry = table[value - INT8_MIN];
            wick_interval_extend(&out[c].values, wick_interval_of(entry));
        }
    }
}

// Of a constant, what lies in it.
static void range_constant(const wick_channels *channels, const wick_ir_value *value)
{
    wick_channel *all = wick_channels_of(channels, value);
    const uint32_t count = wick_channels_count(channels, value);
    const size_t elements = wick_ir_type_count(&value->type);
    for (uint32_t c = 0; c < count; c++) {
        all[c].values = wick_interval_nothing;
    }
    for (size_t i = 0; i < elements; i++) {
        const int64_t element = ((const int8_t *)value->data)[i];
        wick_interval_extend(&all[i % count].values, wick_interval_of(element));
    }
}

void wick_channels_set_ranges(const wick_channels *channels)
{
    for (const wick_ir_value *value = channels->graph->values; value != NULL; value = value->next) {
        if (wick_ir_value_is_constant(value) && wick_channels_count(channels, value) > 0) {
            range_constant(channels, value);
        }
    }
    for (uint32_t i = 0; i < channels->node_count; i++) {
        if (channels->nodes[i].rule != NULL) {
            channels->nodes[i].rule->range(channels, &channels->nodes[i]);
        }
    }
}
