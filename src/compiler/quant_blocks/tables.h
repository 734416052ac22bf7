// SPDX-License-Identifier: BSD-3-Clause
// Tables of the operator wick::table_s8: entry q + 128 is the result of step q.
#ifndef WICK_COMPILER_QUANT_BLOCKS_TABLES_H
#define WICK_COMPILER_QUANT_BLOCKS_TABLES_H

#include "compiler/quant_blocks/scale.h"

typedef double wick_quant_function(double x, const void *context);

// Entry = clamp(round(f((q - zi) * si) / so + zo)), in double, halves away from 0, as the official
// exporter rounds; NaN gives zo. False if a scale is not above 0 and finite.
bool wick_quant_table_fill(const wick_quant_params *in, const wick_quant_params *out,
                           wick_quant_function *function, const void *context, int8_t table[256]);

// The same for x itself: int8 of one scale to int8 of another.
bool wick_quant_table_rescale(const wick_quant_params *in, const wick_quant_params *out,
                              int8_t table[256]);

// Table of wick::table_s16, 513 entries: round(f((i - 256) * 128 * in_scale) / out_scale), halves
// away from 0, clamped to int16; zero points are 0.
bool wick_quant_table_s16_fill(double in_scale, double out_scale, wick_quant_function *function,
                               const void *context, int16_t *table);

// Function of an operator such as "aten::sigmoid" in double; NULL if it is none of one argument
// without parameters: relu, relu6, sigmoid, tanh, silu, hardswish, hardsigmoid, exp, log, sqrt,
// rsqrt, abs, neg, reciprocal, gelu (exact), erf, sin, cos, mish, softplus. Parameters of others
// (leaky_relu, elu, gelu with tanh) go through `context` of a function of the caller.
wick_quant_function *wick_quant_function_of(const char *operator_name);

#endif
