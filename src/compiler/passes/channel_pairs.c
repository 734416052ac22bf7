// SPDX-License-Identifier: BSD-3-Clause
// wick::add_s8, mul_s8 and div_s8: channels of both operands and of the result go together, where
// the operands meet channel by channel.
#include "compiler/passes/build.h"
#include "compiler/passes/channel_rules.h"
#include "compiler/passes/evaluate.h"
#include "ops/quant_elementwise.h"

#include <string.h>

// Struct and loops of a block.
typedef struct pair {
    bool is_sum;
    wick_add_s8_params sum;
    wick_mul_s8_params product; // or quotient
    uint32_t head_words;        // of the struct
    wick_quant_loop loops[WICK_QUANT_LOOPS_MAX];
    uint32_t loop_count;
} pair;

static void read_pair(const wick_ir_node *node, pair *out)
{
    const uint8_t *data = wick_argument_tensor(node, "block")->data;
    *out = (pair){.is_sum = wick_node_is(node, "wick::add_s8")};
    if (out->is_sum) {
        wick_add_s8_block block;
        memcpy(&block, data, sizeof block);
        out->sum = block.params;
        out->loop_count = (uint32_t)block.loop_count;
        out->head_words = WICK_QUANT_WORDS(wick_add_s8_block);
    } else {
        wick_mul_s8_block block;
        memcpy(&block, data, sizeof block);
        out->product = block.params;
        out->loop_count = (uint32_t)block.loop_count;
        out->head_words = WICK_QUANT_WORDS(wick_mul_s8_block);
    }
    memcpy(out->loops, data + out->head_words * sizeof(int32_t),
           out->loop_count * sizeof *out->loops);
}

// Whether element i of the last loop has channel i modulo `channels` in both operands and all other
// loops step over whole pixels.
static bool is_by_channel(const pair *p, int32_t channels)
{
    for (uint32_t i = 0; i + 1 < p->loop_count; i++) {
        if (p->loops[i].a_step % channels != 0 || p->loops[i].b_step % channels != 0) {
            return false;
        }
    }
    if (p->loop_count == 0) {
        return channels == 1;
    }
    const wick_quant_loop *last = &p->loops[p->loop_count - 1];
    return last->count % channels == 0 && last->a_step == 1 && last->b_step == 1;
}

static bool add_operand(const wick_channels *channels, wick_channel_node *node, const char *name)
{
    const wick_ir_value *result = node->node->outputs[0];
    const wick_ir_value *from = wick_argument_tensor(node->node, name);
    const uint32_t count = wick_channels_count(channels, result);
    if (from == NULL || wick_channels_count(channels, from) != count) {
        return false;
    }
    node->links[node->link_count++] = (wick_channel_link){.from = from,
                                                          .to = result,
                                                          .count = count,
                                                          .divide = 1,
                                                          .from_modulo = count,
                                                          .to_modulo = count};
    return true;
}

bool wick_channel_link_pair(const wick_channels *channels, wick_channel_node *node)
{
    const wick_ir_value *block = wick_argument_tensor(node->node, "block");
    const char *reason;
    pair p;
    if (block == NULL || !wick_ir_value_is_constant(block) ||
        wick_evaluate_check(channels->arena, node->node, &reason) != WICK_OK) {
        return false;
    }
    read_pair(node->node, &p);
    node->links = wick_arena_alloc(channels->arena, 2, sizeof *node->links);
    return is_by_channel(&p, (int32_t)wick_channels_count(channels, node->node->outputs[0])) &&
           add_operand(channels, node, "self") && add_operand(channels, node, "other");
}

static wick_interval range_product(const wick_ir_node *node, const wick_mul_s8_params *p,
                                   wick_interval a, wick_interval b)
{
    if (!wick_node_is(node, "wick::mul_s8")) { // a quotient: nothing but its clamp
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
        out[c].values = p.is_sum
                            ? wick_interval_add(a[c].values, b[c].values, p.sum.b_sign, &p.sum.sum)
                            : range_product(node->node, &p.product, a[c].values, b[c].values);
    }
}

void wick_channel_shrink_pair(const wick_channels *channels, const wick_channel_node *node)
{
    const wick_ir_value *result = node->node->outputs[0];
    const int32_t before = (int32_t)wick_channels_count(channels, result);
    const int32_t after = (int32_t)wick_channels_kept(channels, result);
    const int32_t index = wick_ir_op_parameter(node->node->op, "block");
    const wick_ir_value *old = node->node->args[index].value;
    if (before == after) {
        return;
    }
    pair p;
    read_pair(node->node, &p);
    for (uint32_t i = 0; i + 1 < p.loop_count; i++) {
        p.loops[i].a_step = p.loops[i].a_step / before * after;
        p.loops[i].b_step = p.loops[i].b_step / before * after;
    }
    int32_t *last = &p.loops[p.loop_count - 1].count; // there is one: more than one channel
    *last = *last / before * after;
    const size_t bytes = wick_ir_type_size_bytes(&old->type);
    uint8_t *data = wick_arena_alloc(channels->graph->arena, bytes, 1);
    memcpy(data, old->data, bytes);
    memcpy(data + p.head_words * sizeof(int32_t), p.loops, p.loop_count * sizeof *p.loops);
    node->node->args[index].value =
        wick_ir_constant_create(channels->graph, old->name, &old->type, data);
    wick_channel_shrink_type(channels, node);
}
