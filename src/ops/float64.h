// SPDX-License-Identifier: BSD-3-Clause
// Whether operators compute in float64: where WICK_WITH_FLOAT64 is defined, as for
// hosts. A firmware without it links nothing of float64, and refuses such tensors when a method is
// opened. Blocks have the same size with it and without, for both read the same prepared blocks.
#ifndef WICK_OPS_FLOAT64_H
#define WICK_OPS_FLOAT64_H

#include "base/failure.h"
#include "ops/check.h"
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

// The kernel for a type: `kernel`, or its form for float64.
#define WICK_KERNEL_FOR(dtype, kernel) \
    (WICK_HAS_FLOAT64 != 0 && (dtype) == WICK_FLOAT64 ? WICK_IN_FLOAT64(kernel##_f64) : (kernel))

static inline bool wick_call_is_float64(const wick_call *call, uint32_t arg)
{
    return WICK_HAS_FLOAT64 != 0 && wick_call_tensor(call, arg)->dtype == WICK_FLOAT64;
}

// wick_call_real_dtype and wick_call_number_dtype, with f64 where there is arithmetic on it.
static inline wick_status wick_call_real_or_f64(const wick_call *call, uint32_t arg)
{
    return wick_call_is_float64(call, arg) ? WICK_OK : wick_call_real_dtype(call, arg);
}

static inline wick_status wick_call_number_or_f64(const wick_call *call, uint32_t arg)
{
    return wick_call_is_float64(call, arg) ? WICK_OK : wick_call_number_dtype(call, arg);
}

// f64 if one of two tensors is: what both are computed in.
static inline uint32_t wick_call_widest(const wick_call *call, uint32_t arg, uint32_t other)
{
    return wick_call_is_float64(call, arg) || wick_call_is_float64(call, other) ? WICK_FLOAT64
                                                                                : WICK_FLOAT32;
}

// NOT_SUPPORTED where one of two tensors is f64 and there is no arithmetic on it.
static inline wick_status wick_call_check_float64(const wick_call *call, uint32_t arg,
                                                  uint32_t other)
{
    if (WICK_HAS_FLOAT64 == 0 && (wick_call_tensor(call, arg)->dtype == WICK_FLOAT64 ||
                                  wick_call_tensor(call, other)->dtype == WICK_FLOAT64)) {
        return wick_call_fail(call, WICK_NOT_SUPPORTED, other,
                              WICK_TEXT("arithmetic on f64"));
    }
    return WICK_OK;
}

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
