// SPDX-License-Identifier: BSD-3-Clause
// The walk over all outputs of a pooling, shared by its kinds.
#ifndef WICK_KERNELS_POOL_WALK_H
#define WICK_KERNELS_POOL_WALK_H

#include "kernels/pool/pool.h"

#include <stddef.h>

// One output and the inputs it sees: rows y0, y0 + step_y, .. below y1, and columns likewise.
typedef struct wick_pool_window {
    int32_t y0, y1, x0, x1;
    int64_t size;               // divisor of a mean
    ptrdiff_t plane;            // element of the input at row 0, column 0 of the channel
    int32_t row_step, col_step; // input strides
    ptrdiff_t out, index;       // elements
} wick_pool_window;

typedef void wick_pool_visit(const wick_pool2d_params *params, const wick_pool_window *window,
                             const void *context);
typedef void wick_pool_bounds(const wick_pool2d_params *params, int32_t y, int32_t x,
                              wick_pool_window *window);

// Calls `bounds`, then `visit`, for every output.
void wick_pool_walk(const wick_pool2d_params *params, wick_pool_bounds *bounds,
                    wick_pool_visit *visit, const void *context);

// Windows of kernel, stride and padding without dilation.
void wick_pool_fixed_bounds(const wick_pool2d_params *params, int32_t y, int32_t x,
                            wick_pool_window *window);

// Windows that divide the input evenly.
void wick_pool_adaptive_bounds(const wick_pool2d_params *params, int32_t y, int32_t x,
                               wick_pool_window *window);

#endif
