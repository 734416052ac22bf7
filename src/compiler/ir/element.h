// SPDX-License-Identifier: BSD-3-Clause
// Elements of constants as text, such that every bit pattern reads back to itself.
#ifndef WICK_COMPILER_IR_ELEMENT_H
#define WICK_COMPILER_IR_ELEMENT_H

#include "compiler/support/text.h"

#include <stdbool.h>

// `dtype` is a wick_dtype that has a size; `bytes` are one element, little-endian.
void wick_ir_element_print(wick_text *text, uint32_t dtype, const uint8_t *bytes);
// Moves *at behind the number. False, leaving *at alone, if there is none or it is out of range.
bool wick_ir_element_parse(uint32_t dtype, const char **at, uint8_t *bytes);

// Shortest decimal that reads back to `value`, always told from an integer: "1.0", "inf".
void wick_ir_real_print(wick_text *text, double value);

#endif
