// SPDX-License-Identifier: BSD-3-Clause
// What the operators of the namespace cortex_m ask of their arguments (docs/numerics.md).
#ifndef WICK_OPS_CORTEX_M_H
#define WICK_OPS_CORTEX_M_H

#include "kernels/quant/requantize.h"
#include "ops/op.h"

// Reads an int that must lie in [low, high].
wick_status wick_cortex_m_int(const wick_call *call, uint32_t arg, int64_t low, int64_t high,
                              int32_t *out);
// An offset in [-128, 128]: a zero point or its negative.
wick_status wick_cortex_m_offset(const wick_call *call, uint32_t arg, int32_t *out);
// Offset and bounds of an int8 result.
typedef struct wick_cortex_m_range_args {
    uint32_t offset, minimum, maximum;
} wick_cortex_m_range_args;
wick_status wick_cortex_m_range(const wick_call *call, wick_cortex_m_range_args args,
                                wick_quant_range *out);
// A multiplier in [0, 2^31) and a shift of at most 31.
wick_status wick_cortex_m_scale(const wick_call *call, uint32_t multiplier_arg, uint32_t shift_arg,
                                wick_quant_scale *out);
// multiplier * 2^(shift - 31) as a real number, exact; 0 < multiplier < 2^31, -64 <= shift <= 31.
wick_status wick_cortex_m_real_scale(const wick_call *call, uint32_t multiplier_arg,
                                     uint32_t shift_arg, double *out);

// The tensor is int8.
wick_status wick_cortex_m_int8(const wick_call *call, uint32_t arg);
// It is int8, has 4 dimensions and its channels lie innermost; dimensions of size 1 may lie
// anywhere.
wick_status wick_cortex_m_image(const wick_call *call, uint32_t arg);
// It is int32 and has `count` elements.
wick_status wick_cortex_m_per_channel(const wick_call *call, uint32_t arg, int32_t count);

#endif
