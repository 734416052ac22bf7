// SPDX-License-Identifier: BSD-3-Clause
// Constant weights in integers with a scale for each row or for each group of a row: read from a
// graph, written as the operators wick::*_w8 and wick::*_w4 take them (ops/quant/quant_weights.h).
#ifndef WICK_COMPILER_PASSES_STORED_WEIGHT_H
#define WICK_COMPILER_PASSES_STORED_WEIGHT_H

#include "compiler/passes/build.h"

typedef struct wick_stored_weight {
    const wick_ir_value *integers;    // i8, rows * depth elements
    const wick_ir_value *scales;      // rows * groups; NULL: `scale` serves all
    const wick_ir_value *zero_points; // as many; NULL: 0
    double scale;
    int64_t rows, depth, groups;
    bool is_transposed; // integers lie as [depth, rows]; groups is then 1
} wick_stored_weight;

// Whether an argument (alpha, beta) is absent or the number 1.
bool wick_is_one(const wick_ir_node *node, const char *name);

// The weight that a float matrix stands for: behind views and a transposition, dequantized
// integers. `is_transposed`: the matrix is [depth, rows], else [rows, depth]. False for any other
// value.
bool wick_stored_weight_read(const wick_ir_value *value, bool is_transposed,
                             wick_stored_weight *out);

// The same for torchao::dequantize_affine before it is rewritten, on [rows, depth].
bool wick_stored_weight_of_affine(const wick_ir_node *node, wick_stored_weight *out);

// The arguments weight and scales, and whether weights take 4 bits. False if an integer less its
// zero point does not fit 8 bits.
bool wick_stored_weight_build(const wick_builder *builder, const wick_stored_weight *weight,
                              wick_ir_arg *args, bool *is_narrow);

#endif
