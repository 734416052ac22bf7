// SPDX-License-Identifier: BSD-3-Clause
// Elementwise operators on one operand. Their kernels are rows of kernels/elementwise/unary.def; a
// new one is such a row, a row in ops.def and a line in unary.c.
#ifndef WICK_OPS_UNARY_H
#define WICK_OPS_UNARY_H

#include "kernels/elementwise/unary.h"
#include "ops/float64.h"

typedef struct wick_unary_block {
    wick_unary plan;
    union {
        float real[4];
        int64_t integer[2];
        double wide[2];
    } parameters;
} wick_unary_block;

// Of operators with three parameters.
typedef struct wick_unary_three_block {
    wick_unary plan;
    union {
        float real[3];
        int64_t integer[2];
        double wide[3];
    } parameters;
} wick_unary_three_block;

wick_status wick_unary_float_prepare(const wick_call *call, void *block); // integers give float32
wick_status wick_unary_real_prepare(const wick_call *call, void *block);  // floating point only
wick_status wick_unary_any_prepare(const wick_call *call, void *block);   // gives its own type
wick_status wick_unary_predicate_prepare(const wick_call *call, void *block); // gives bool
wick_status wick_exponent_prepare(const wick_call *call, void *block); // gives int32
wick_status wick_bitwise_not_prepare(const wick_call *call, void *block);
wick_status wick_relu_prepare(const wick_call *call, void *block);
wick_status wick_number_prepare(const wick_call *call, void *block); // bool is refused
wick_status wick_round_prepare(const wick_call *call, void *block);  // an integer stays itself
wick_status wick_round_decimals_prepare(const wick_call *call, void *block);
wick_status wick_hardtanh_prepare(const wick_call *call, void *block);
wick_status wick_clamp_prepare(const wick_call *call, void *block);
wick_status wick_gelu_prepare(const wick_call *call, void *block);
wick_status wick_leaky_relu_prepare(const wick_call *call, void *block); // any one parameter
wick_status wick_two_parameters_prepare(const wick_call *call, void *block);
wick_status wick_threshold_prepare(const wick_call *call, void *block);
wick_status wick_elu_prepare(const wick_call *call, void *block);
wick_status wick_logit_prepare(const wick_call *call, void *block);
wick_status wick_nan_to_num_prepare(const wick_call *call, void *block);

wick_status wick_clamp_run(const wick_call *call, const void *block); // hardtanh too
wick_status wick_gelu_run(const wick_call *call, const void *block);
wick_status wick_elu_run(const wick_call *call, const void *block);
wick_status wick_nan_to_num_run(const wick_call *call, const void *block);
wick_status wick_round_decimals_run(const wick_call *call, const void *block);
wick_status wick_bitwise_not_run(const wick_call *call, const void *block);

#define WICK_RUN(id, out, real, integer) \
    wick_status wick_##id##_run(const wick_call *call, const void *block);
#include "ops/unary_runs.def"
#undef WICK_RUN

#endif
