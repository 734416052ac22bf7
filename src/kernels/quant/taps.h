// SPDX-License-Identifier: BSD-3-Clause
// Which taps of a window reach the input, along one axis: the one rule that forward, depthwise and
// transposed convolution share, so that a loop over taps checks no bounds and divides nothing.
#ifndef WICK_KERNELS_QUANT_TAPS_H
#define WICK_KERNELS_QUANT_TAPS_H

#include <stdbool.h>
#include <stdint.h>

// Sizes of one axis. stride, dilation >= 1, padding >= 0, and positions fit in int32 as in
// kernels/conv/conv.h.
typedef struct wick_quant_axis {
    int32_t in, out, kernel;
    int32_t stride, padding, dilation;
    // From one tap that reaches a whole input position to the next: steps in the kernel and in the
    // input.
    int32_t kernel_step, in_step;
} wick_quant_axis;

// Tap j in [0, count) is kernel position kernel + j * kernel_step on input position in + j *
// in_step.
typedef struct wick_quant_taps {
    int32_t count;
    int32_t kernel, in;
} wick_quant_taps;

// Position number i of `count` in the order of computation.
static inline int32_t wick_quant_nth(int32_t i, int32_t count, int32_t is_backward)
{
    return is_backward ? count - 1 - i : i;
}

// Sets kernel_step and in_step.
void wick_quant_axis_set_steps(wick_quant_axis *axis, bool is_transposed);

// Taps of output position `out`.
wick_quant_taps wick_quant_taps_forward(const wick_quant_axis *axis, int32_t out);
wick_quant_taps wick_quant_taps_transposed(const wick_quant_axis *axis, int32_t out);

#endif
