// SPDX-License-Identifier: BSD-3-Clause
// What the rewrites of the pass lower_quantized share: reading dequantized operands, and building
// integer operators. docs/lowering.md is the page.
#ifndef WICK_COMPILER_PASSES_LOWER_QUANTIZED_H
#define WICK_COMPILER_PASSES_LOWER_QUANTIZED_H

#include "compiler/passes/build.h"
#include "ops/quant/quant_block.h"

// Parameters of a quantize or dequantize per tensor.
typedef struct wick_steps {
    double scale;
    int32_t zero_point, minimum, maximum;
} wick_steps;

// An activation in int8 or int16 whose float value an operator reads.
typedef struct wick_quantized {
    wick_ir_value *value;
    wick_steps steps;
} wick_quantized;

// Constant int8 weights with zero points of 0.
typedef struct wick_quantized_weight {
    const wick_ir_value *value;
    const wick_ir_value *scales; // one for each index of `axis`; NULL: `scale` serves all
    uint32_t axis;
    double scale;
    bool has_4_bits; // its steps are those of 4 bits
} wick_quantized_weight;

// One float operator on its way to integers.
typedef struct wick_lowering {
    wick_builder builder; // node: the float operator; new nodes go before `before`
    // Of the quantize node after it, whose result is replaced; the range has the bounds of an
    // activation in between. Not set for exact operators.
    wick_steps out;
    uint8_t dtype; // of the result: int8, or int16 for a row that says so
    wick_quant_range range;
    const char *reason; // why it stays float, where a rewrite gave NULL
} wick_lowering;

// The integers, in the float result's shape, that replaces it; NULL with a reason. An exact
// operator sets lowering->out to the steps of its result.
typedef wick_ir_value *wick_lower(wick_lowering *lowering);

// NULL, with the reason recorded.
wick_ir_value *wick_lower_refuse(wick_lowering *lowering, const char *reason);

// Refuses, by the node's name, steps that stand for nothing: scales that are zero, negative,
// subnormal, infinite or NaN, zero points out of range, an axis that is none.
wick_status wick_quantized_check(const wick_pass_context *context, const wick_ir_graph *graph);

// Whether there is an operator on int16 for the node, whatever the scales of its operands.
bool wick_lower_takes_16_bits(const wick_ir_node *node);

bool wick_is_step_dtype(uint8_t dtype);            // int8 or int16
bool wick_is_quantize(const wick_ir_node *node);   // per tensor, to int8 or int16
bool wick_is_dequantize(const wick_ir_node *node); // of any kind
// The steps of a quantize or dequantize per tensor.
wick_steps wick_steps_of(const wick_ir_node *node);
bool wick_steps_equal(const wick_steps *a, const wick_steps *b);
// Whether the value is a dequantized int8 or int16 tensor, per tensor; an int8 one.
bool wick_quantized_read(const wick_ir_value *value, wick_quantized *out);
bool wick_quantized_read_s8(const wick_ir_value *value, wick_quantized *out);
bool wick_quantized_weight_read(const wick_ir_value *value, wick_quantized_weight *out);
// A permutation of a weight quantized by channel becomes such a weight; false if the node is none.
bool wick_lower_weight_permute(const wick_builder *builder);
double wick_quantized_weight_scale(const wick_quantized_weight *weight, size_t index);
// Elements of a float constant, or of a dequantized int32 one; NULL if it is neither or has not
// `count` elements.
const double *wick_quantized_bias_read(wick_arena *arena, const wick_ir_value *value, size_t count);
// The step of a real number, not bounded: halves to even, as quantize has it in float32.
double wick_step_of(const wick_steps *steps, double real);

// A tensor [batch, channels, height, width] or [batch, channels, length] as
// [batch, height, width, channels], and back to the shape of `like`.
wick_ir_value *wick_channels_to_last(const wick_builder *builder, wick_ir_value *value);
wick_ir_value *wick_channels_from_last(const wick_builder *builder, wick_ir_value *value,
                                       const wick_ir_type *like);

// A factor below 1 without a shift to the right, so that what it multiplies is rounded once: of two
// roundings of a small number the first often makes a tie for the second. For numbers below 2^30.
bool wick_scale_rounded_once(double factor, wick_quant_scale *out);

// A constant that the pass makes.
wick_ir_value *wick_lower_constant(const wick_builder *builder, const char *hint, wick_dtype dtype,
                                   size_t count, const void *data);

// lower_quantized_table.c: what stands for the quantize node `builder->node` where everything
// before it is elementwise on one integer tensor: that tensor, rescaled or through a table; else
// NULL.
wick_ir_value *wick_lower_elementwise(const wick_builder *builder);
// From one kind of steps to another: the value itself where they are equal.
wick_ir_value *wick_lower_rescale(const wick_builder *builder, const wick_quantized *from,
                                  const wick_steps *to, uint8_t dtype);
// `table` has 256 int8 or 513 int16, as the value.
wick_ir_value *wick_build_table(const wick_builder *builder, wick_ir_value *value,
                                const void *table);

// The functions of the rows, by file.
wick_lower wick_lower_move, wick_lower_choice, wick_lower_pad, wick_lower_equal_cat, wick_lower_cat;
wick_lower wick_lower_convolution, wick_lower_linear, wick_lower_mm, wick_lower_matmul;
wick_lower wick_lower_add, wick_lower_sub, wick_lower_mul, wick_lower_div;
wick_lower wick_lower_equal_extremum, wick_lower_extremum;
wick_lower wick_lower_max_pool, wick_lower_avg_pool, wick_lower_adaptive_avg_pool;
wick_lower wick_lower_mean, wick_lower_sum, wick_lower_softmax, wick_lower_log_softmax;

#endif
