// SPDX-License-Identifier: BSD-3-Clause
// The channels of a graph's int8 tensors: what values each can take, which go with which, and which
// the outputs need. The pass simplify_channels is built on it; docs/simplification.md has the idea.
//
// A channel is an index of the last dimension. All channels of all tensors stand in one array, a
// tensor's side by side. Tensors whose channels cannot be followed (dynamic, not int8, empty, or
// with very many) have none.
#ifndef WICK_COMPILER_PASSES_CHANNELS_H
#define WICK_COMPILER_PASSES_CHANNELS_H

#include "compiler/passes/quantized/layer_sums.h"

typedef struct wick_channel {
    wick_interval values; // that it can take
    wick_interval sums;   // of a layer's result: sums with bias, before they are rescaled
    bool is_frozen;       // a layer's result: its sums all give one value (before a residual)
    bool is_kept;
    uint32_t group; // number of a channel of the same group; the root's is its own
} wick_channel;

// Channels that stay or go together: for j < count, channel from_first + j / divide % from_modulo
// of `from` with channel to_first + j % to_modulo of `to`.
typedef struct wick_channel_link {
    const wick_ir_value *from; // an operand
    const wick_ir_value *to;   // the result
    uint32_t count;
    uint32_t from_first, to_first;
    uint32_t divide;
    uint32_t from_modulo, to_modulo;
} wick_channel_link;

// Where a tensor's channels stand; count 0 if they are not followed. As they were before any was
// removed.
typedef struct wick_channel_span {
    uint32_t first, count;
} wick_channel_span;

typedef struct wick_channel_node {
    wick_ir_node *node;
    const struct wick_channel_rule *rule; // NULL: nothing is known of it; keeps all channels
    wick_layer_sums *sums;                // NULL if it is no layer
    wick_channel_link *links;
    uint32_t link_count;
} wick_channel_node;

typedef struct wick_channels {
    wick_arena *arena;
    wick_ir_graph *graph;
    wick_channel *all;
    uint32_t count;
    wick_channel_span *spans; // by wick_ir_value.index
    wick_channel_node *nodes; // in order of execution
    uint32_t node_count;
} wick_channels;

// What the analysis knows of an operator.
typedef struct wick_channel_rule {
    const char *op_name;
    // Sets links (and sums). False: nothing is known of this node.
    bool (*link)(const wick_channels *channels, wick_channel_node *node);
    // Sets the values of the result's channels.
    void (*range)(const wick_channels *channels, const wick_channel_node *node);
    // Takes the channels that are not kept from the node and from its result's type.
    void (*shrink)(const wick_channels *channels, const wick_channel_node *node);
} wick_channel_rule;

// NULL if there is none for this operator.
const wick_channel_rule *wick_channel_rule_find(const char *op_name);

// Numbers the channels of all tensors and links them. Uses wick_ir_value.index.
void wick_channels_create(wick_arena *arena, wick_ir_graph *graph, wick_channels *out);
// Number of channels that are followed: 0 if the tensor has none.
uint32_t wick_channels_count(const wick_channels *channels, const wick_ir_value *value);
wick_channel *wick_channels_of(const wick_channels *channels, const wick_ir_value *value);
uint32_t wick_channels_kept(const wick_channels *channels, const wick_ir_value *value);
wick_channel *wick_channel_from(const wick_channels *channels, const wick_channel_link *link,
                                uint32_t j);
wick_channel *wick_channel_to(const wick_channels *channels, const wick_channel_link *link,
                              uint32_t j);

// The three steps (channel_ranges.c, channel_keep.c, channel_remove.c).
void wick_channels_set_ranges(const wick_channels *channels);
void wick_channels_set_kept(wick_channels *channels);
void wick_channels_remove(const wick_channels *channels);

#endif
