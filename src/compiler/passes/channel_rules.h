// SPDX-License-Identifier: BSD-3-Clause
// The functions of the table in channel_rules.c: ranges in channel_ranges.c, removal in
// channel_remove.c, what has two operands in channel_pairs.c.
#ifndef WICK_COMPILER_PASSES_CHANNEL_RULES_H
#define WICK_COMPILER_PASSES_CHANNEL_RULES_H

#include "compiler/passes/channels.h"

typedef void wick_channel_step(const wick_channels *channels, const wick_channel_node *node);

wick_channel_step wick_channel_range_layer;
wick_channel_step wick_channel_range_moved; // values go where the links lead
wick_channel_step wick_channel_range_padded;
wick_channel_step wick_channel_range_table;

wick_channel_step wick_channel_range_pair;

wick_channel_step wick_channel_shrink_layer;
wick_channel_step wick_channel_shrink_type; // nothing but the type of the result changes
wick_channel_step wick_channel_shrink_view;
wick_channel_step wick_channel_shrink_slice;
wick_channel_step wick_channel_shrink_pair;

bool wick_channel_link_pair(const wick_channels *channels, wick_channel_node *node);

#endif
