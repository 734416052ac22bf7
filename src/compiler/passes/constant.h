// SPDX-License-Identifier: BSD-3-Clause
// Elements of constants on the host, as double.
#ifndef WICK_COMPILER_PASSES_CONSTANT_H
#define WICK_COMPILER_PASSES_CONSTANT_H

#include "compiler/ir/ir.h"

// Exact for every type but int64 beyond 2^53.
double wick_element_get(uint8_t dtype, const uint8_t *data, size_t index);
// Rounds to nearest even, to bfloat16 by way of float32; an integer type takes integers in its
// range only.
void wick_element_set(uint8_t dtype, uint8_t *data, size_t index, double value);

// Whether all elements are finite; integers always are. The value is a constant.
bool wick_constant_is_finite(const wick_ir_value *value);
// Whether every element equals `number`. The value is a constant.
bool wick_constant_is_all(const wick_ir_value *value, double number);
// Moves the elements of a constant with another dim order so that it is contiguous.
void wick_constant_straighten(wick_ir_graph *graph, wick_ir_value *value);

#endif
