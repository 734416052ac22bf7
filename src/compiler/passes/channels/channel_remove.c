// SPDX-License-Identifier: BSD-3-Clause
// Takes the channels that are not kept out of the graph. A removed in channel of a layer is
// constant or has no weight other than zero: what it adds to each sum goes into the bias, modulo
// 2^32 as the kernels add. A frozen out channel that stays gets weights of zero and one of its sums
// as bias.
#include "compiler/passes/build.h"
#include "compiler/passes/channels/channel_rules.h"

#include <string.h>

typedef struct kept_list {
    int32_t *channels;
    int32_t count;
} kept_list;

// A layer before and after.
typedef struct cut {
    const wick_layer_sums *sums;
    const wick_channel *in, *out; // channels before
    kept_list kept_in, kept_out;
    wick_quant_layer after;
    int8_t *weight;
} cut;

static kept_list list_kept(const wick_channels *channels, const wick_ir_value *value)
{
    const uint32_t count = wick_channels_count(channels, value);
    kept_list list = {wick_arena_alloc(channels->arena, count, sizeof *list.channels), 0};
    for (uint32_t c = 0; c < count; c++) {
        if (wick_channels_of(channels, value)[c].is_kept) {
            list.channels[list.count++] = (int32_t)c;
        }
    }
    return list;
}

// What the removed in channels add to an out channel that is not frozen.
static uint32_t removed_share(const cut *c, int32_t out_channel)
{
    const wick_quant_layer *before = &c->sums->layer;
    uint32_t total = 0;
    if (before->kind == WICK_QUANT_DEPTHWISE) { // goes with the only channel that it reads
        return 0;
    }
    for (int32_t i = 0; i < wick_quant_layer_depth(before); i++) {
        const wick_channel *in = &c->in[wick_quant_layer_in_channel(before, out_channel, i)];
        int64_t share = 0;
        if (!in->is_kept && !wick_layer_sums_ignores(c->sums, out_channel, i)) {
            wick_layer_sums_share(c->sums, out_channel, i, (int32_t)in->values.low, &share);
        }
        total += (uint32_t)share;
    }
    return total;
}

// Any of the sums of a frozen channel; if they leave int32, the channel's scale or clamp gives the
// same for every sum.
static int32_t frozen_sum(const wick_channel *channel)
{
    const int64_t sum = channel->sums.low;
    return sum >= INT32_MIN && sum <= INT32_MAX ? (int32_t)sum : 0;
}

static void set_out_channel(cut *c, int32_t to)
{
    const wick_quant_layer *before = &c->sums->layer;
    const int32_t from = c->kept_out.channels[to];
    const bool is_frozen = c->out[from].is_frozen;
    const uint32_t bias = (uint32_t)before->bias[from];
    c->after.bias[to] =
        is_frozen ? frozen_sum(&c->out[from]) : (int32_t)(bias + removed_share(c, from));
    c->after.multipliers[to] = before->multipliers[from];
    c->after.shifts[to] = before->shifts[from];
    const bool is_dense = before->kind != WICK_QUANT_DEPTHWISE;
    const int32_t depth = wick_quant_layer_depth(&c->after);
    for (int32_t tap = 0; !is_frozen && tap < wick_quant_layer_taps(before); tap++) {
        for (int32_t i = 0; i < depth; i++) {
            const int32_t entry = is_dense ? c->kept_in.channels[i] : 0;
            c->weight[wick_quant_layer_weight_at(&c->after, to, tap, i)] =
                before->weight[wick_quant_layer_weight_at(before, from, tap, entry)];
        }
    }
}

static void make_after(const wick_channels *channels, cut *c)
{
    wick_quant_conv_params *params = &c->after.params;
    wick_arena *arena = channels->graph->arena;
    if (c->after.kind == WICK_QUANT_DEPTHWISE && params->groups == params->in_channels) {
        params->groups = c->kept_in.count;
    }
    params->in_channels = c->kept_in.count;
    params->out_channels = c->kept_out.count;
    const size_t count = (size_t)c->kept_out.count;
    c->weight = wick_arena_alloc(arena, wick_quant_layer_weight_bytes(&c->after), 1);
    c->after.weight = c->weight;
    c->after.bias = wick_arena_alloc(arena, count, sizeof *c->after.bias);
    c->after.multipliers = wick_arena_alloc(arena, count, sizeof *c->after.multipliers);
    c->after.shifts = wick_arena_alloc(arena, count, sizeof *c->after.shifts);
}

void wick_channel_shrink_layer(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_quant_layer *before = &node->sums->layer;
    const wick_ir_value *result = node->node->outputs[0];
    cut c = {.sums = node->sums,
             .in = wick_channels_of(channels, before->input),
             .out = wick_channels_of(channels, result),
             .kept_in = list_kept(channels, before->input),
             .kept_out = list_kept(channels, result),
             .after = *before};
    if (c.kept_in.count == before->params.in_channels &&
        c.kept_out.count == before->params.out_channels) {
        return;
    }
    make_after(channels, &c);
    for (int32_t to = 0; to < c.kept_out.count; to++) {
        set_out_channel(&c, to);
    }
    wick_quant_layer_write(channels->graph, node->node, &c.after);
}

void wick_channel_shrink_type(const wick_channels *channels, const wick_channel_node *node)
{
    wick_ir_value *result = node->node->outputs[0];
    result->type.sizes[result->type.rank - 1] = wick_channels_kept(channels, result);
}

void wick_channel_shrink_view(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_type *type = &node->node->outputs[0]->type;
    const int32_t size = wick_ir_op_parameter(node->node->op, "size");
    wick_channel_shrink_type(channels, node);
    node->node->args[size] = wick_ir_arg_ints(channels->graph, type->sizes, type->rank);
}

void wick_channel_shrink_slice(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const wick_channel_link *link = &node->links[0];
    const uint32_t rank = result->type.rank;
    wick_channel_shrink_type(channels, node);
    if (wick_wrap_dim(wick_argument_int(node->node, "dim", 0), rank) != rank - 1) {
        return;
    }
    int64_t start = 0;
    for (uint32_t c = 0; c < link->from_first; c++) {
        start += wick_channels_of(channels, link->from)[c].is_kept;
    }
    const int64_t end = start + wick_channels_kept(channels, result);
    node->node->args[wick_ir_op_parameter(node->node->op, "start")] = wick_ir_arg_int(start);
    node->node->args[wick_ir_op_parameter(node->node->op, "end")] = wick_ir_arg_int(end);
}

void wick_channels_remove(const wick_channels *channels)
{
    for (uint32_t i = 0; i < channels->node_count; i++) {
        if (channels->nodes[i].rule != NULL) {
            channels->nodes[i].rule->shrink(channels, &channels->nodes[i]);
        }
    }
}
