// SPDX-License-Identifier: BSD-3-Clause
// wick::max_pool2d_s8, avg_pool2d_s8, resize_s8, and mean_s8 over pixels: each channel of the
// result is made of the same channel of the input.
#include "compiler/passes/build.h"
#include "compiler/passes/channels/channel_loops.h"
#include "compiler/passes/channels/channel_rules.h"
#include "compiler/passes/evaluate.h"
#include "ops/quant/quant_reduce.h"
#include "ops/quant/quant_resize.h"

#include <stddef.h>
#include <string.h>

// A constant block that the runtime accepts, and an operand with as many channels as the result.
static bool link_operand(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *block = wick_argument_tensor(node->node, "block");
    const wick_ir_value *input = wick_argument_tensor(node->node, "input");
    const char *reason;
    if (block == NULL || !wick_ir_value_is_constant(block) ||
        wick_evaluate_check(channels->arena, node->node, &reason) != WICK_OK ||
        wick_channels_count(channels, input) !=
            wick_channels_count(channels, node->node->outputs[0])) {
        return false;
    }
    wick_channel_links_create(channels, node, 1);
    wick_channel_links_add(channels, node, input);
    return true;
}

// What a row or column of windows sees of the input, and how many of its positions count.
typedef struct view {
    int32_t seen, counted;
} view;

typedef struct view_list {
    view *all; // different ones
    uint32_t count;
} view_list;

typedef struct pool {
    wick_pool2d_s8_block block;
    const wick_quant_scale *scales; // mean
    view_list rows, columns;
} pool;

static bool axis_is_small(const wick_quant_axis *axis)
{
    enum { MOST_STEPS = 1 << 20 };
    return (int64_t)axis->out * axis->kernel <= MOST_STEPS;
}

// As the kernel counts (pool2d_nhwc_s8.c).
static int32_t counted(const pool *p, const wick_quant_axis *axis, int32_t which, int32_t out)
{
    const int32_t start = out * axis->stride - axis->padding;
    const int32_t end = start + axis->kernel;
    const int32_t low = p->block.counted_low[which];
    const int32_t high = p->block.counted_high[which];
    const int32_t first = start > low ? start : low;
    const int32_t last = end < high ? end : high;
    return last > first ? last - first : 0;
}

static view_list list_views(wick_arena *arena, const pool *p, const wick_quant_axis *axis,
                            int32_t which)
{
    view_list list = {wick_arena_alloc(arena, (size_t)axis->out, sizeof *list.all), 0};
    for (int32_t out = 0; out < axis->out; out++) {
        const view seen = {wick_quant_taps_forward(axis, out).count, counted(p, axis, which, out)};
        uint32_t i = 0;
        while (i < list.count &&
               (list.all[i].seen != seen.seen || list.all[i].counted != seen.counted)) {
            i++;
        }
        list.all[i] = seen;
        list.count += i == list.count;
    }
    return list;
}

static void read_block(wick_arena *arena, const wick_ir_node *node, pool *out)
{
    const uint8_t *data = wick_argument_tensor(node, "block")->data;
    *out = (pool){0};
    memcpy(&out->block, data, sizeof out->block);
    if (wick_node_is(node, "wick::avg_pool2d_s8")) {
        const size_t count = (size_t)out->block.scale_count;
        wick_quant_scale *scales = wick_arena_alloc(arena, count, sizeof *scales);
        memcpy(scales, data + sizeof out->block, count * sizeof *scales);
        out->scales = scales;
    }
}

// The operator checks the scales of a mean when it runs.
static bool scales_are_valid(const wick_ir_node *node, const pool *p)
{
    const bool is_mean = wick_node_is(node, "wick::avg_pool2d_s8");
    for (int32_t i = 0; is_mean && i < p->block.scale_count; i++) {
        if (!wick_quant_scale_is_valid(p->scales[i].multiplier, p->scales[i].shift)) {
            return false;
        }
    }
    return true;
}

bool wick_channel_link_pool(const wick_channels *channels, wick_channel_node *node)
{
    pool p;
    if (!link_operand(channels, node)) {
        return false;
    }
    read_block(channels->arena, node->node, &p);
    return axis_is_small(&p.block.height) && axis_is_small(&p.block.width) &&
           scales_are_valid(node->node, &p);
}

// Maximum of a window: between the ends of the values, unless it sees nothing.
static wick_interval range_max(const pool *p, wick_interval values)
{
    const wick_quant_range *range = &p->block.range;
    const wick_quant_range limits = {0, range->minimum, range->maximum};
    wick_interval hull = {wick_quant_narrow((int32_t)values.low, &limits),
                          wick_quant_narrow((int32_t)values.high, &limits)};
    for (uint32_t i = 0; i < p->rows.count + p->columns.count; i++) {
        const view *at = i < p->rows.count ? &p->rows.all[i] : &p->columns.all[i - p->rows.count];
        if (at->seen == 0) {
            wick_interval_extend(&hull, wick_interval_of(wick_quant_narrow(INT8_MIN, &limits)));
        }
    }
    return hull;
}

static wick_interval range_window(const pool *p, view row, view column, wick_interval values)
{
    const int64_t seen = (int64_t)row.seen * column.seen;
    const int64_t count = (int64_t)row.counted * column.counted;
    const wick_quant_scale scale =
        p->scales[p->block.scale_count == 1 || count == 0 ? 0 : count - 1];
    const wick_interval sums = {seen * (values.low - p->block.zero_point),
                                seen * (values.high - p->block.zero_point)};
    return wick_interval_narrow(sums, scale, &p->block.range);
}

static wick_interval range_mean(const pool *p, wick_interval values)
{
    wick_interval hull = wick_interval_nothing;
    for (uint32_t y = 0; y < p->rows.count; y++) {
        for (uint32_t x = 0; x < p->columns.count; x++) {
            wick_interval_extend(&hull, range_window(p, p->rows.all[y], p->columns.all[x], values));
        }
    }
    return hull;
}

void wick_channel_range_pool(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const wick_channel *in = wick_channels_of(channels, node->links[0].from);
    wick_channel *out = wick_channels_of(channels, result);
    const bool is_max = wick_node_is(node->node, "wick::max_pool2d_s8");
    pool p;
    read_block(channels->arena, node->node, &p);
    p.rows = list_views(channels->arena, &p, &p.block.height, 0);
    p.columns = list_views(channels->arena, &p, &p.block.width, 1);
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        out[c].values = is_max ? range_max(&p, in[c].values) : range_mean(&p, in[c].values);
    }
}

// Lets the block's number of channels, `channels_at` bytes from its start, follow the result's.
static void shrink_block(const wick_channels *channels, const wick_channel_node *node,
                         size_t channels_at)
{
    const uint32_t kept = wick_channels_kept(channels, node->node->outputs[0]);
    if (kept == wick_channels_count(channels, node->node->outputs[0])) {
        return;
    }
    uint8_t *data = wick_channel_block_copy(channels->graph, node->node);
    memcpy(data + channels_at, &(int32_t){(int32_t)kept}, sizeof(int32_t));
    wick_channel_shrink_type(channels, node);
}

void wick_channel_shrink_pool(const wick_channels *channels, const wick_channel_node *node)
{
    shrink_block(channels, node, offsetof(wick_pool2d_s8_block, channels));
}

bool wick_channel_link_resize(const wick_channels *channels, wick_channel_node *node)
{
    return link_operand(channels, node);
}

void wick_channel_shrink_resize(const wick_channels *channels, const wick_channel_node *node)
{
    shrink_block(channels, node, offsetof(wick_resize_s8_block, channels));
}

typedef struct mean {
    wick_mean_s8_block block;
    wick_channel_loops loops; // over results, then over the terms of one
} mean;

static void read_mean(const wick_ir_node *node, mean *out)
{
    const wick_ir_value *block = wick_argument_tensor(node, "block");
    memcpy(&out->block, block->data, sizeof out->block);
    out->loops =
        (wick_channel_loops){.count = (uint32_t)(out->block.kept_count + out->block.reduced_count),
                             .along = (uint32_t)out->block.kept_count - 1,
                             .first_word = WICK_QUANT_WORDS(wick_mean_s8_block)};
    wick_channel_loops_read(block, &out->loops);
}

bool wick_channel_link_mean(const wick_channels *channels, wick_channel_node *node)
{
    mean m;
    if (!link_operand(channels, node)) {
        return false;
    }
    read_mean(node->node, &m);
    return wick_channel_loops_fit(&m.loops,
                                  (int32_t)wick_channels_count(channels, node->node->outputs[0]));
}

void wick_channel_range_mean(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const wick_channel *in = wick_channels_of(channels, node->links[0].from);
    wick_channel *out = wick_channels_of(channels, result);
    mean m;
    read_mean(node->node, &m);
    const wick_mean_s8_params *p = &m.block.params;
    int64_t terms = 1; // at most 2^22, which the operator checks
    for (uint32_t i = (uint32_t)m.block.kept_count; i < m.loops.count; i++) {
        terms *= m.loops.loop[i].count;
    }
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        const wick_interval sums = {terms * (in[c].values.low - p->zero_point),
                                    terms * (in[c].values.high - p->zero_point)};
        out[c].values = wick_interval_narrow(sums, p->scale, &p->range);
    }
}

void wick_channel_shrink_mean(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const int32_t before = (int32_t)wick_channels_count(channels, result);
    const int32_t after = (int32_t)wick_channels_kept(channels, result);
    if (before != after) {
        mean m;
        read_mean(node->node, &m);
        wick_channel_loops_shrink(channels->graph, node->node, &m.loops, before, after);
        wick_channel_shrink_type(channels, node);
    }
}
