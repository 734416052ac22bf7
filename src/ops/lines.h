// SPDX-License-Identifier: BSD-3-Clause
// From a dimension to the lines of a kernel (kernels/line), and the shapes of their results.
#ifndef WICK_OPS_LINES_H
#define WICK_OPS_LINES_H

#include "kernels/line/lines.h"
#include "ops/op.h"

// Reads the int argument `arg` as a dimension of `self`, argument 0.
wick_status wick_call_line_dim(const wick_call *call, uint32_t arg, uint32_t *dim);
// Gives `out` the shape of argument 0 with `size` elements along `dim`.
wick_status wick_call_resize_line(const wick_call *call, uint32_t out, uint32_t dim, int32_t size);
// One element a line: with the dimension kept, or without it.
wick_status wick_call_resize_choice(const wick_call *call, uint32_t out, uint32_t dim,
                                    bool keepdim);
// INVALID_ARGUMENT if the lines of argument 0 have no element to choose; with no line at all, eager
// looks at the dimension all the same.
wick_status wick_call_line_not_empty(const wick_call *call, uint32_t dim);
// INVALID_ARGUMENT unless the tensor has this type.
wick_status wick_call_out_dtype(const wick_call *call, uint32_t arg, uint32_t dtype);

// NOT_SUPPORTED for a type whose elements have no order: complex numbers.
wick_status wick_call_ordered(const wick_call *call, uint32_t arg);

// Operand `k`: lines along dimension `dim` of `like`, of which the tensor may lack that dimension.
void wick_lines_add(wick_lines *lines, uint32_t k, const wick_tensor *tensor,
                    const wick_tensor *like, uint32_t dim);
// Lines of argument 0 along `dim`, and the lines of operands 1 and 2, arguments `out` and `index`
// (one of them may be 0: none).
void wick_call_lines(const wick_call *call, uint32_t dim, uint32_t out, uint32_t index,
                     wick_lines *lines);
// Argument 0 as one line of all its elements in the order of memory.
void wick_call_one_line(const wick_call *call, wick_lines *lines);

#endif
