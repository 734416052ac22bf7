// SPDX-License-Identifier: BSD-3-Clause
// Checks of arguments that several operators share.
#ifndef WICK_OPS_CHECK_H
#define WICK_OPS_CHECK_H

#include "kernels/element/nest.h"
#include "ops/op.h"

// Reads an int[count] argument (one item stands for all) and requires minimum <= item <= INT32_MAX.
wick_status wick_call_sizes(const wick_call *call, uint32_t arg, uint32_t count, int32_t minimum,
                            int32_t *out);

// INVALID_ARGUMENT unless two tensors have one dtype; the failure speaks of `arg`.
wick_status wick_call_same_dtype(const wick_call *call, uint32_t arg, uint32_t other);

// NOT_SUPPORTED unless the tensor is f32, f16 or bf16.
wick_status wick_call_real_dtype(const wick_call *call, uint32_t arg);
// NOT_SUPPORTED unless it is one of these or an integer that Wick
// computes with (not f64, bool, uint16).
wick_status wick_call_number_dtype(const wick_call *call, uint32_t arg);

// Memory order of a tensor as four dimensions (kernels/element/layout.h). dims[i] is the place that
// dimension i of the tensor takes among the four; the others have size 1.
uint8_t wick_tensor_layout(const wick_tensor *tensor, const uint8_t *dims);

// Loops over the dimensions in `mask` of two tensors of one shape, in logical order; neighbours
// that both step alike become one. Returns how many there are.
uint32_t wick_tensor_nest(const wick_tensor *in, const wick_tensor *out, uint32_t mask,
                          wick_nest_dim *dims);
// The same from strides.
uint32_t wick_strides_nest(const wick_tensor *in, const int32_t *in_strides,
                           const int32_t *out_strides, uint32_t mask, wick_nest_dim *dims);

#endif
