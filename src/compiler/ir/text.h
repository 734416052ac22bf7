// SPDX-License-Identifier: BSD-3-Clause
// Text form of a graph: prints, and parses back to the same.
//
//   graph "forward" {
//     symbol s0 in [2, 1024]
//     %x = input : f32[1, 1, 8:s0, 10]
//     %w = parameter "features.0.weight" : f32[2] = {0.5, -0x1.8p+1}
//     %y = aten::add.Tensor(%x, %w, alpha=2) : f32[1, 1, 8:s0, 10] at "model.py":34
//     %a, %b = aten::max_pool2d_with_indices(%y, [2, 2]) : f32[1, 1, 4:"FloorDiv(..)", 5], i64[..]
//     return %a
//   }
//
// Arguments equal to the schema's default are left out; keyword-only ones, and those behind one
// that is left out, carry their name. Floats print as the shortest decimal that reads back to the
// same bits. A dim order other than contiguous follows the shape: f32[1, 3, 8, 8]{0, 2, 3, 1}. A
// symbolic dimension is its hint, then the symbol, or the expression in quotes. Lines may end in a
// comment: # text. docs/ir.md has the whole grammar.
#ifndef WICK_COMPILER_IR_TEXT_H
#define WICK_COMPILER_IR_TEXT_H

#include "compiler/ir/ir.h"

#define WICK_IR_TEXT_ALL_DATA UINT32_MAX

// Constants above `data_limit` elements print as {...}, which does not parse back.
const char *wick_ir_print(wick_arena *arena, const wick_ir_graph *graph, uint32_t data_limit);
// Errors  INVALID_ARGUMENT with line and column in the message.
wick_status wick_ir_parse(wick_arena *arena, const char *text, wick_diag *diag,
                          wick_ir_graph **out);

#endif
