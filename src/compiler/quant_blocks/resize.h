// SPDX-License-Identifier: BSD-3-Clause
// Where each row or column of a resized image lies in the input (ops/quant/quant_resize.h), as PyTorch
// places it: in float32.
#ifndef WICK_COMPILER_QUANT_BLOCKS_RESIZE_H
#define WICK_COMPILER_QUANT_BLOCKS_RESIZE_H

#include "kernels/quant/resize_s8.h"

#include <stdbool.h>

typedef struct wick_quant_resize_axis {
    int32_t in, out;    // sizes, above 0
    double scale;       // factor that the graph names (out / in), or 0: that of the sizes
    bool is_nearest;    // else linear
    bool align_corners; // linear only
} wick_quant_resize_axis;

void wick_quant_resize_steps(const wick_quant_resize_axis *axis, wick_resize_step *steps);

#endif
