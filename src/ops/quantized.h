// SPDX-License-Identifier: BSD-3-Clause
// Checks of arguments that the quantized operators share.
#ifndef WICK_OPS_QUANTIZED_H
#define WICK_OPS_QUANTIZED_H

#include "ops/op.h"

// INVALID_TYPE unless the tensor is int8.
wick_status wick_call_s8(const wick_call *call, uint32_t arg);
// An int argument; INVALID_ARGUMENT outside of [min, max].
wick_status wick_call_int_in(const wick_call *call, uint32_t arg, int32_t min, int32_t max,
                             int32_t *out);
// multiplier * 2^(shift - 31), exact; INVALID_ARGUMENT unless 0 < multiplier < 2^31, -64 <= shift
// <= 31.
wick_status wick_call_scale(const wick_call *call, uint32_t multiplier_arg, uint32_t shift_arg,
                            double *out);

#endif
