// SPDX-License-Identifier: BSD-3-Clause
// Operators on complex64: those of the namespace wick stand for the ATen operator of the same name
// where an operand is complex (complex_forms.def), so that real models carry none of it.
#ifndef WICK_OPS_COMPLEX_H
#define WICK_OPS_COMPLEX_H

#include "kernels/complex/complex.h"
#include "wick/operator.h"

typedef wick_complex_plan wick_complex_block;
typedef uint32_t wick_complex_nothing;

// wick_complex_<id>_run of all functions.
#define WICK_COMPLEX(id, operands) \
    wick_status wick_complex_##id##_run(const wick_call *call, const void *block);
#include "kernels/complex/complex.def"
#undef WICK_COMPLEX

// Two operands, c64 or f32; c64 or bool out.
wick_status wick_complex_binary_prepare(const wick_call *call, void *block);
wick_status wick_complex_compare_prepare(const wick_call *call, void *block);
// Two real operands; c64 out.
wick_status wick_complex_parts_prepare(const wick_call *call, void *block);
// One operand, c64 or f32, to c64, f32 or bool.
wick_status wick_complex_unary_prepare(const wick_call *call, void *block);
wick_status wick_complex_to_real_prepare(const wick_call *call, void *block);
wick_status wick_complex_to_truth_prepare(const wick_call *call, void *block);
// (Tensor self, int dim, bool keepdim): products along a dimension.
wick_status wick_complex_prod_prepare(const wick_call *call, void *block);
wick_status wick_complex_prod_run(const wick_call *call, const void *block);
// Complex numbers as pairs in a last dimension, and back.
wick_status wick_view_as_real_prepare(const wick_call *call, void *block);
wick_status wick_view_as_complex_prepare(const wick_call *call, void *block);
wick_status wick_complex_view_run(const wick_call *call, const void *block);

#endif
