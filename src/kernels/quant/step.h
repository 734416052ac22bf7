// SPDX-License-Identifier: BSD-3-Clause
// One step of a tensor of 8 or 16 bits, for kernels whose body serves both: is_wide is a constant
// where these are used, so that nothing of the choice is left.
#ifndef WICK_KERNELS_QUANT_STEP_H
#define WICK_KERNELS_QUANT_STEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline __attribute__((always_inline)) int32_t wick_step_at(const void *steps, ptrdiff_t i,
                                                                  bool is_wide)
{
    return is_wide ? ((const int16_t *)steps)[i] : ((const int8_t *)steps)[i];
}

static inline __attribute__((always_inline)) void wick_step_store(void *steps, ptrdiff_t i,
                                                                  int32_t value, bool is_wide)
{
    if (is_wide) {
        ((int16_t *)steps)[i] = (int16_t)value;
    } else {
        ((int8_t *)steps)[i] = (int8_t)value;
    }
}

#endif
