// SPDX-License-Identifier: BSD-3-Clause
// What the sums of a layer on 8-bit integers can be. A position of the result sees all taps of the
// filter or, at the border of a padded image, some; positions that see the same taps have the same
// sums, so that a few of them stand for all.
#ifndef WICK_COMPILER_PASSES_LAYER_SUMS_H
#define WICK_COMPILER_PASSES_LAYER_SUMS_H

#include "compiler/passes/interval.h"
#include "compiler/passes/quantized/quant_layer.h"

typedef struct wick_layer_sums {
    wick_quant_layer layer;
    // Different taps that a row or a column of the result sees; each of one with each of the other
    // occurs.
    wick_quant_taps *rows, *columns;
    uint32_t row_count, column_count;
    wick_interval *taps; // room for one number a tap
} wick_layer_sums;

// False if the layer has too many different positions to look at each.
bool wick_layer_sums_create(wick_arena *arena, const wick_quant_layer *layer, wick_layer_sums *out);

// The sums with bias of an out channel over all positions, where in channel c has values in
// inputs[c]. Exact: both ends are reached where the inputs are independent.
wick_interval wick_layer_sums_range(const wick_layer_sums *sums, int32_t out_channel,
                                    const wick_interval *inputs);
// What entry `i` of an out channel's depth adds to each sum if its in channel always has `value`.
// False if that differs between positions.
bool wick_layer_sums_share(const wick_layer_sums *sums, int32_t out_channel, int32_t i,
                           int32_t value, int64_t *out);
// Whether the weights of entry `i` are all zero.
bool wick_layer_sums_ignores(const wick_layer_sums *sums, int32_t out_channel, int32_t i);

#endif
