// SPDX-License-Identifier: BSD-3-Clause
// Whether elementwise operators compute in float64: where WICK_WITH_FLOAT64 is defined, as for
// hosts. A firmware without it links nothing of float64, and refuses such tensors when a method is
// opened. Blocks have the same size with it and without, for both read the same prepared blocks.
#ifndef WICK_OPS_FLOAT64_H
#define WICK_OPS_FLOAT64_H

#include "base/failure.h"
#include "ops/op.h"

#ifdef WICK_WITH_FLOAT64
#    define WICK_IN_FLOAT64(function) function
enum { WICK_HAS_FLOAT64 = 1 };
#else
#    define WICK_IN_FLOAT64(function) 0
enum { WICK_HAS_FLOAT64 = 0 };
#endif

// Two arguments: the kernel for float32 and the one for float64.
#define REAL(stem) wick_##stem##_f32, WICK_IN_FLOAT64(wick_##stem##_f64)

#define NONE 0, 0

// NOT_SUPPORTED for a type without arithmetic.
static inline wick_status wick_check_arithmetic(const wick_call *call, uint32_t dtype)
{
    const bool has_float64 = WICK_HAS_FLOAT64 != 0;
    if (dtype == WICK_FLOAT64 && !has_float64) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0,
                              WICK_TEXT("no arithmetic on float64 in this build"));
    }
    if (dtype == WICK_UINT16 || dtype > WICK_UINT16) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, 0, WICK_TEXT("no arithmetic on uint16"));
    }
    return WICK_OK;
}

#endif
