// SPDX-License-Identifier: BSD-3-Clause
// The functions of the table in channel_rules.c: ranges in channel_ranges.c, removal in
// channel_remove.c, what has blocks of its own in
// channel_pairs.c and channel_pools.c.
#ifndef WICK_COMPILER_PASSES_CHANNEL_RULES_H
#define WICK_COMPILER_PASSES_CHANNEL_RULES_H

#include "compiler/passes/channels/channels.h"

typedef void wick_channel_step(const wick_channels *channels, const wick_channel_node *node);

wick_channel_step wick_channel_range_layer;
wick_channel_step wick_channel_range_moved; // values go where the links lead
wick_channel_step wick_channel_range_padded;
wick_channel_step wick_channel_range_table;

wick_channel_step wick_channel_range_pair;
wick_channel_step wick_channel_range_pool;
wick_channel_step wick_channel_range_mean;

wick_channel_step wick_channel_shrink_layer;
wick_channel_step wick_channel_shrink_type; // nothing but the type of the result changes
wick_channel_step wick_channel_shrink_view;
wick_channel_step wick_channel_shrink_slice;
wick_channel_step wick_channel_shrink_pair;
wick_channel_step wick_channel_shrink_pool;
wick_channel_step wick_channel_shrink_resize;
wick_channel_step wick_channel_shrink_mean;

typedef bool wick_channel_linker(const wick_channels *channels, wick_channel_node *node);

wick_channel_linker wick_channel_link_pair;
wick_channel_linker wick_channel_link_pool;
wick_channel_linker wick_channel_link_resize;
wick_channel_linker wick_channel_link_mean;

// Room for `count` links; one more, of each channel of an operand with its like in the result.
void wick_channel_links_create(const wick_channels *channels, wick_channel_node *node,
                               uint32_t count);
wick_channel_link *wick_channel_links_add(const wick_channels *channels, wick_channel_node *node,
                                          const wick_ir_value *from);

#endif
