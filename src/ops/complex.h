// SPDX-License-Identifier: BSD-3-Clause
// Operators on complex64: those of the namespace wick stand for the ATen operator of the same name
// where an operand is complex (row_forms.def), so that real models carry none of it.
#ifndef WICK_OPS_COMPLEX_H
#define WICK_OPS_COMPLEX_H

#include "kernels/complex/complex.h"
#include "wick/operator.h"

typedef wick_complex_plan wick_complex_block;
typedef uint32_t wick_complex_nothing;

// Two operands, c64 or f32, one of them complex; c64 out.
wick_status wick_complex_binary_prepare(const wick_call *call, void *block);
wick_status wick_complex_add_run(const wick_call *call, const void *block);
wick_status wick_complex_sub_run(const wick_call *call, const void *block);
wick_status wick_complex_mul_run(const wick_call *call, const void *block);
wick_status wick_complex_div_run(const wick_call *call, const void *block);
// Two real operands; c64 out.
wick_status wick_complex_parts_prepare(const wick_call *call, void *block);
wick_status wick_complex_polar_run(const wick_call *call, const void *block);
wick_status wick_complex_of_parts_run(const wick_call *call, const void *block);
// One operand, c64 or f32, to the same type; to c64; from c64 to f32.
wick_status wick_complex_unary_prepare(const wick_call *call, void *block);
wick_status wick_complex_to_complex_prepare(const wick_call *call, void *block);
wick_status wick_complex_to_real_prepare(const wick_call *call, void *block);
// Complex numbers as pairs in a last dimension, and back.
wick_status wick_view_as_real_prepare(const wick_call *call, void *block);
wick_status wick_view_as_complex_prepare(const wick_call *call, void *block);
wick_status wick_complex_view_run(const wick_call *call, const void *block);
wick_status wick_complex_same_run(const wick_call *call, const void *block);
wick_status wick_complex_conj_run(const wick_call *call, const void *block);
wick_status wick_complex_exp_run(const wick_call *call, const void *block);
wick_status wick_complex_abs_run(const wick_call *call, const void *block);
wick_status wick_complex_angle_run(const wick_call *call, const void *block);

#endif
