// SPDX-License-Identifier: BSD-3-Clause
// Scalar arguments as numbers of a tensor's type, and words.
#ifndef WICK_OPS_SCALAR_H
#define WICK_OPS_SCALAR_H

#include "ops/op.h"

// A parameter of a kernel: which member holds follows from the type computed with.
typedef union wick_number {
    float real;
    int64_t integer;
    double wide; // float64
} wick_number;

// A Scalar as integer of type `dtype`, truncated; INVALID_ARGUMENT where it does not fit.
wick_status wick_call_integer(const wick_call *call, uint32_t arg, uint32_t dtype, int64_t *out);

// A Scalar as one element of type `dtype`, in the first bytes of `element` (8-aligned).
wick_status wick_call_element(const wick_call *call, uint32_t arg, uint32_t dtype,
                              uint8_t element[8]);

// Whether a str argument is `text`.
bool wick_call_is_text(const wick_call *call, uint32_t arg, const char *text);

#endif
