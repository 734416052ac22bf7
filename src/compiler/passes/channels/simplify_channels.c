// SPDX-License-Identifier: BSD-3-Clause
// Pass simplify_channels: channels of int8 tensors that can only have one value, or that nothing
// reads, are removed from the layer that makes them and from all that use them.
//
// Before  %a = wick::linear_s8(%x, %w, None, %block)     64 -> 128 channels, of 91 all sums rescale
//         %b = wick::linear_s8(%a, %v, None, %block2)    to -128
// After   %a = wick::linear_s8(%x, %w2, None, %block3)   64 -> 37 channels
//         %b = wick::linear_s8(%a, %v2, None, %block4)   what the 91 added to each sum is in its
//         bias
// Holds   weights and blocks are constants.
// Keeps   every bit of the graph's outputs, for all inputs; all channels of inputs and outputs.
#include "compiler/passes/build.h"
#include "compiler/passes/channels/channels.h"
#include "compiler/passes/explain.h"

#include <inttypes.h>
#include <stdio.h>

// A layer as the pass found it, and why its out channels went.
typedef struct layer_record {
    const wick_ir_node *node;
    int32_t in_before, out_before;
    int32_t in_after, out_after;
    uint64_t macs_before, macs_after;
    size_t bytes_before, bytes_after; // of weights
    uint32_t constant, unread;
    // The constant channel whose sums lie furthest apart.
    uint32_t example;
    wick_interval example_sums;
    int64_t example_value;
} layer_record;

typedef struct records {
    layer_record *all; // in order of execution
    uint32_t count;
} records;

static layer_record *record_of(const records *known, const wick_ir_node *node)
{
    for (uint32_t i = 0; i < known->count; i++) {
        if (known->all[i].node == node) {
            return &known->all[i];
        }
    }
    return NULL;
}

// The figures after the removals so far; those before them, where the layer is new.
static void update_figures(const wick_channels *channels, records *known)
{
    for (uint32_t i = 0; i < channels->node_count; i++) {
        const wick_channel_node *node = &channels->nodes[i];
        if (node->sums == NULL || node->rule == NULL) {
            continue;
        }
        const wick_quant_layer *layer = &node->sums->layer;
        layer_record *record = record_of(known, node->node);
        if (record == NULL) {
            record = &known->all[known->count++];
            *record = (layer_record){.node = node->node,
                                     .in_before = layer->params.in_channels,
                                     .out_before = layer->params.out_channels,
                                     .macs_before = wick_quant_layer_macs(layer),
                                     .bytes_before = wick_quant_layer_weight_bytes(layer)};
        }
        record->in_after = layer->params.in_channels;
        record->out_after = layer->params.out_channels;
        record->macs_after = wick_quant_layer_macs(layer);
        record->bytes_after = wick_quant_layer_weight_bytes(layer);
    }
}

static void note_removed(layer_record *record, const wick_channel *channel, uint32_t number)
{
    const wick_interval sums = channel->sums;
    if (!wick_interval_is_one(channel->values)) {
        record->unread++;
        return;
    }
    if (record->constant == 0 ||
        sums.high - sums.low > record->example_sums.high - record->example_sums.low) {
        record->example = number;
        record->example_sums = sums;
        record->example_value = channel->values.low;
    }
    record->constant++;
}

// Why channels of layers go. Whether any channel of the graph goes.
static bool note_reasons(const wick_channels *channels, const records *known)
{
    bool is_any = false;
    for (uint32_t i = 0; i < channels->node_count; i++) {
        const wick_channel_node *node = &channels->nodes[i];
        if (node->rule == NULL) {
            continue;
        }
        const wick_ir_value *result = node->node->outputs[0];
        for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
            const wick_channel *channel = &wick_channels_of(channels, result)[c];
            is_any = is_any || !channel->is_kept;
            if (!channel->is_kept && node->sums != NULL) {
                note_removed(record_of(known, node->node), channel, c);
            }
        }
    }
    return is_any;
}

// One analysis and removal. Whether it removed anything.
static bool simplify_once(wick_ir_graph *graph, records *known)
{
    wick_arena *arena = wick_arena_create();
    wick_channels channels;
    if (arena == NULL) {
        return false;
    }
    wick_channels_create(arena, graph, &channels);
    wick_channels_set_ranges(&channels);
    wick_channels_set_kept(&channels);
    update_figures(&channels, known);
    const bool is_any = note_reasons(&channels, known);
    if (is_any) {
        wick_channels_remove(&channels);
    }
    wick_arena_destroy(arena);
    return is_any;
}

// "1,179,648"
static void add_number(wick_text *text, uint64_t number)
{
    char digits[24];
    const int length = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < length; i++) {
        wick_text_format(text, i > 0 && (length - i) % 3 == 0 ? ",%c" : "%c", digits[i]);
    }
}

static void add_change(wick_text *text, uint64_t before, uint64_t after, const char *unit)
{
    add_number(text, before);
    wick_text_format(text, " -> ");
    add_number(text, after);
    wick_text_format(text, " %s", unit);
}

static void add_reasons(wick_text *text, const layer_record *record)
{
    if (record->constant > 0) {
        wick_text_format(text,
                         ": %" PRIu32 " constant (channel %" PRIu32 ": sums in [%" PRId64
                         ", %" PRId64 "] give %" PRId64 ")",
                         record->constant, record->example, record->example_sums.low,
                         record->example_sums.high, record->example_value);
    }
    if (record->unread > 0) {
        wick_text_format(text, "%s %" PRIu32 " not read", record->constant > 0 ? "," : ":",
                         record->unread);
    }
}

static void add_line(wick_text *text, const layer_record *record)
{
    wick_text_format(text, "%s: %" PRId32 " -> %" PRId32 " channels", record->node->name,
                     record->out_before, record->out_after);
    add_reasons(text, record);
    wick_text_format(text, "; reads %" PRId32 " -> %" PRId32 "; ", record->in_before,
                     record->in_after);
    add_change(text, record->macs_before, record->macs_after, "MACs\n");
}

static void add_remarks(wick_text *text, const records *known)
{
    layer_record total = {0};
    for (uint32_t i = 0; i < known->count; i++) {
        const layer_record *record = &known->all[i];
        total.macs_before += record->macs_before;
        total.macs_after += record->macs_after;
        total.bytes_before += record->bytes_before;
        total.bytes_after += record->bytes_after;
        if (record->macs_before != record->macs_after) {
            add_line(text, record);
        }
    }
    if (total.macs_before != total.macs_after) {
        wick_text_format(text, "all layers: ");
        add_change(text, total.macs_before, total.macs_after, "MACs, ");
        add_change(text, total.bytes_before, total.bytes_after, "bytes of weights\n");
    }
}

static void explain(const wick_pass_context *context, const wick_ir_graph *graph,
                    const records *known)
{
    for (uint32_t i = 0; i < known->count; i++) {
        const layer_record *record = &known->all[i];
        if (record->macs_before != record->macs_after) {
            wick_text text = {.arena = graph->arena};
            add_reasons(&text, record);
            wick_explain_done(context, graph, record->node,
                              "%" PRId32 " -> %" PRId32 " channels%s; reads %" PRId32
                              " -> %" PRId32,
                              record->out_before, record->out_after, wick_text_string(&text),
                              record->in_before, record->in_after);
        }
    }
}

static size_t count_nodes(const wick_ir_graph *graph)
{
    size_t count = 0;
    for (const wick_ir_node *node = graph->first; node != NULL; node = node->next) {
        count++;
    }
    return count;
}

// Each round removes a channel at least, so that the rounds end.
wick_status wick_pass_simplify_channels(const wick_pass_context *context, wick_ir_graph *graph)
{
    records known = {0};
    known.all = wick_arena_alloc(graph->arena, count_nodes(graph), sizeof *known.all);
    while (simplify_once(graph, &known)) {
    }
    if (context->remarks != NULL) {
        add_remarks(context->remarks, &known);
    }
    explain(context, graph, &known);
    return WICK_OK;
}
