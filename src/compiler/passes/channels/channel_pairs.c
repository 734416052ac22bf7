// SPDX-License-Identifier: BSD-3-Clause
// wick::add_s8, mul_s8 and div_s8: channels of both operands and of the result go together, where
// the operands meet channel by channel.
#include "compiler/passes/build.h"
#include "compiler/passes/channels/channel_loops.h"
#include "compiler/passes/channels/channel_rules.h"
#include "compiler/passes/evaluate.h"
#include "ops/quant/quant_elementwise.h"

#include <string.h>

typedef struct pair {
    bool is_sum;
    wick_add_s8_block sum;
    wick_mul_s8_block product; // or quotient
    wick_channel_loops loops;
} pair;

static void read_pair(const wick_ir_node *node, pair *out)
{
    const wick_ir_value *block = wick_argument_tensor(node, "block");
    *out = (pair){.is_sum = wick_node_is(node, "wick::add_s8"), .loops = {.has_b = true}};
    if (out->is_sum) {
        memcpy(&out->sum, block->data, sizeof out->sum);
        out->loops.count = (uint32_t)out->sum.loop_count;
        out->loops.first_word = WICK_QUANT_WORDS(wick_add_s8_block);
    } else {
        memcpy(&out->product, block->data, sizeof out->product);
        out->loops.count = (uint32_t)out->product.loop_count;
        out->loops.first_word = WICK_QUANT_WORDS(wick_mul_s8_block);
    }
    out->loops.along = out->loops.count - 1; // the fastest; without a loop, none
    wick_channel_loops_read(block, &out->loops);
}

bool wick_channel_link_pair(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *block = wick_argument_tensor(node->node, "block");
    const wick_ir_value *a = wick_argument_tensor(node->node, "self");
    const wick_ir_value *b = wick_argument_tensor(node->node, "other");
    const uint32_t count = wick_channels_count(channels, node->node->outputs[0]);
    const char *reason;
    pair p;
    if (block == NULL || !wick_ir_value_is_constant(block) ||
        wick_evaluate_check(channels->arena, node->node, &reason) != WICK_OK ||
        wick_channels_count(channels, a) != count || wick_channels_count(channels, b) != count) {
        return false;
    }
    read_pair(node->node, &p);
    wick_channel_links_create(channels, node, 2);
    wick_channel_links_add(channels, node, a);
    wick_channel_links_add(channels, node, b);
    return wick_channel_loops_fit(&p.loops, (int32_t)count);
}

static wick_interval range_product(const wick_ir_node *node, const wick_mul_s8_params *p,
                                   wick_interval a, wick_interval b)
{
    if (!wick_node_is(node, "wick::mul_s8")) { // of a quotient nothing is known
        return (wick_interval){INT8_MIN, INT8_MAX};
    }
    const wick_interval left = {a.low - p->a_zero_point, a.high - p->a_zero_point};
    const wick_interval right = {b.low - p->b_zero_point, b.high - p->b_zero_point};
    return wick_interval_narrow(wick_interval_multiply(left, right), p->scale, &p->range);
}

void wick_channel_range_pair(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const wick_channel *a = wick_channels_of(channels, node->links[0].from);
    const wick_channel *b = wick_channels_of(channels, node->links[1].from);
    wick_channel *out = wick_channels_of(channels, result);
    pair p;
    read_pair(node->node, &p);
    for (uint32_t c = 0; c < wick_channels_count(channels, result); c++) {
        out[c].values =
            p.is_sum ? wick_interval_add(a[c].values, b[c].values, p.sum.params.b_sign,
                                         &p.sum.params.sum)
                     : range_product(node->node, &p.product.params, a[c].values, b[c].values);
    }
}

void wick_channel_shrink_pair(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const int32_t before = (int32_t)wick_channels_count(channels, result);
    const int32_t after = (int32_t)wick_channels_kept(channels, result);
    if (before != after) {
        pair p;
        read_pair(node->node, &p);
        wick_channel_loops_shrink(channels->graph, node->node, &p.loops, before, after);
        wick_channel_shrink_type(channels, node);
    }
}
