// SPDX-License-Identifier: BSD-3-Clause
// A node wick::conv2d_s8, depthwise_conv2d_s8, transpose_conv2d_s8 or linear_s8 as numbers: passes
// read it, change the numbers, and write it back as new constants.
#ifndef WICK_COMPILER_PASSES_QUANT_LAYER_H
#define WICK_COMPILER_PASSES_QUANT_LAYER_H

#include "compiler/ir/ir.h"
#include "ops/quant/quant_layers.h"

typedef enum wick_quant_layer_kind {
    WICK_QUANT_CONV,
    WICK_QUANT_DEPTHWISE,
    WICK_QUANT_TRANSPOSED,
    WICK_QUANT_LINEAR,
} wick_quant_layer_kind;

typedef struct wick_quant_layer {
    wick_quant_layer_kind kind;
    wick_ir_value *input;
    wick_ir_value *residual;            // NULL if there is none
    wick_quant_conv_params params;      // linear: a convolution with one tap, its batch the rows
    wick_quant_residual residual_scale; // zero without a residual
    // Weights as the kernel has them; the rest one entry for each out channel.
    const int8_t *weight;
    int32_t *bias;
    int32_t *multipliers;
    int32_t *shifts;
} wick_quant_layer;

// Whether the node is a layer that the runtime would accept, with constant weight and block. The
// arrays are copies in the arena, but for the weights.
bool wick_quant_layer_read(wick_arena *arena, const wick_ir_node *node, wick_quant_layer *out);
// Gives the node new constants and its result new sizes. The weights must live in the graph's
// arena.
void wick_quant_layer_write(wick_ir_graph *graph, wick_ir_node *node,
                            const wick_quant_layer *layer);

// In channels that an out channel reads.
int32_t wick_quant_layer_depth(const wick_quant_layer *layer);
int32_t wick_quant_layer_taps(const wick_quant_layer *layer);
// The in channel that entry `i` of an out channel's depth reads.
int32_t wick_quant_layer_in_channel(const wick_quant_layer *layer, int32_t out_channel, int32_t i);
size_t wick_quant_layer_weight_at(const wick_quant_layer *layer, int32_t out_channel, int32_t tap,
                                  int32_t i);
size_t wick_quant_layer_weight_bytes(const wick_quant_layer *layer);
uint64_t wick_quant_layer_macs(const wick_quant_layer *layer);

#endif
